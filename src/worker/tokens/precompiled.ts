import { CLUSTERS } from './clusters.js';
import { refuse } from './refuse.js';

/** Characters outside these ranges may join others to a cluster, or are rare. */
const COMMON = [
  [0x20, 0x7e],
  [0xa1, 0xa8],
  [0xaa, 0xac],
  [0xaf, 0x24f],
  [0x386, 0x482],
  [0x48a, 0x52f],
  [0x3041, 0x3096],
  [0x30a1, 0x30fa],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
] as const;

/** A cluster of this many bytes or more is replaced character by character. */
const LONG_CLUSTER = 6;

/** Most replacements that are remembered. */
const REMEMBERED = 10_000;

/**
 * sentencepiece's compiled rules (`precompiled_charsmap`): a double-array trie over UTF-8, whose values point into a blob
 * of replacements that each end with a zero byte. The reference (Rust's `Precompiled`) does not apply them as
 * sentencepiece does, and its ways are kept: a grapheme cluster of less than six bytes becomes what the shortest rule
 * says that it begins with, as a whole, marks and all; longer clusters go character by character.
 */
export class Precompiled {
  readonly #trie: Uint32Array;
  readonly #replacements: Uint8Array;
  readonly #known = new Map<string, string>();
  readonly #bytes = new Uint8Array(LONG_CLUSTER * 2);
  /** Stretches of a text in which anything may change, with the common characters at both ends. */
  readonly #uncommon: RegExp;

  /**
   * @param charsmap - in base 64
   * @throws RerankError `unsupported-model` for a charsmap that cannot be read
   */
  constructor(charsmap: string | undefined) {
    const bytes = decode(charsmap ?? '');
    const size = bytes.length < 4 ? 0 : new DataView(bytes.buffer).getUint32(0, true);
    if (size < 4 || size % 4 !== 0 || size + 4 > bytes.length)
      refuse('a precompiled_charsmap that cannot be read');
    const view = new DataView(bytes.buffer, 4, size);
    this.#trie = Uint32Array.from({ length: size / 4 }, (_, index) => view.getUint32(index * 4, true));
    this.#replacements = bytes.subarray(4 + size);
    const unchanged = COMMON.flatMap(([first, last]) => this.#unchanged(first, last)).join('');
    const common = unchanged === '' ? '(?!)' : `[${unchanged}]`;
    const other = unchanged === '' ? '[^]' : `[^${unchanged}]`;
    this.#uncommon = new RegExp(`${common}?${other}+(?:${common}${other}+)*(?:${common})?`, 'gu');
  }

  /** The text with every rule applied. */
  normalise(text: string): string {
    return text.replace(this.#uncommon, (stretch) =>
      stretch.replace(CLUSTERS, (cluster) => {
        // Most are one character.
        let replacement = this.#known.get(cluster);
        if (replacement === undefined) {
          replacement = this.#replace(cluster);
          if (this.#known.size >= REMEMBERED) this.#known.clear();
          if (cluster.length < LONG_CLUSTER) this.#known.set(cluster, replacement);
        }
        return replacement;
      }),
    );
  }

  #replace(cluster: string): string {
    const whole = cluster.length < LONG_CLUSTER ? this.#rule(cluster) : undefined;
    return whole ?? Array.from(cluster, (character) => this.#rule(character) ?? character).join('');
  }

  /** The replacement of the shortest rule that a short text begins with. */
  #rule(text: string): string | undefined {
    const { read, written } = encoder.encodeInto(text, this.#bytes);
    if (read < text.length || written >= LONG_CLUSTER) return undefined;
    let node = offset(this.#trie[0]);
    for (let place = 0; place < written; place++) {
      const byte = this.#bytes[place] ?? 0;
      if (byte === 0) return undefined;
      node ^= byte;
      const unit = this.#trie[node];
      if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) return undefined;
      node ^= offset(unit);
      if ((unit >>> 8) & 1) return this.#replacement((this.#trie[node] ?? 0) & 0x7fffffff);
    }
    return undefined;
  }

  #replacement(start: number): string {
    const end = this.#replacements.indexOf(0, start);
    return decoder.decode(this.#replacements.subarray(start, end < 0 ? undefined : end));
  }

  /** Ranges for a character class: what no rule for a single character changes. */
  #unchanged(first: number, last: number): string[] {
    const ranges: string[] = [];
    let start = first;
    for (let code = first; code <= last + 1; code++) {
      if (code <= last && this.#rule(String.fromCharCode(code)) === undefined) continue;
      if (code > start) ranges.push(`\\u{${start.toString(16)}}-\\u{${(code - 1).toString(16)}}`);
      start = code + 1;
    }
    return ranges;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function offset(unit = 0): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return refuse('a precompiled_charsmap that is not base 64');
  }
}
