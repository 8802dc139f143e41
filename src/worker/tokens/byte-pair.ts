import { Heap } from './heap.js';
import { byteToken, type TokenModel } from './token-model.js';

/** How byte-pair encoding treats what the vocabulary lacks. */
export interface BytePairOptions {
  /** The id of the unknown token; undefined drops unknown characters. */
  unknown: number | undefined;
  /** Whether a run of unknown characters becomes one token. */
  fuseUnknown: boolean;
  /** Whether unknown characters become tokens such as `<0x0A>`. */
  byteFallback: boolean;
  /** Whether a word that is in the vocabulary is taken as it is. */
  ignoreMerges: boolean;
  /** Stands before every character of a word but the first in the vocabulary. */
  continuingPrefix: string;
  /** Stands after the last character of a word in the vocabulary. */
  endSuffix: string;
}

/** Positions of a word, so that a rank and a position are one number. */
const POSITIONS = 2 ** 30;

const encoder = new TextEncoder();

/** Byte-pair encoding: characters are joined by the merges, the first merge of the list first, from left to right. */
export class BytePair implements TokenModel {
  readonly #vocabulary: ReadonlyMap<string, number>;
  /** The rank of the merge of two ids; `#merged` has what it gives. */
  readonly #ranks = new Map<number, number>();
  readonly #merged: Int32Array;
  readonly #size: number;
  readonly #options: BytePairOptions;

  /** @param merges - ids: left, right and what they give, the first merge first */
  constructor(
    vocabulary: ReadonlyMap<string, number>,
    merges: readonly (readonly [number, number, number])[],
    options: BytePairOptions,
  ) {
    this.#vocabulary = vocabulary;
    this.#options = options;
    this.#size = Array.from(vocabulary.values()).reduce((most, id) => Math.max(most, id), 0) + 1;
    merges.forEach(([left, right], rank) => this.#ranks.set(left * this.#size + right, rank));
    this.#merged = Int32Array.from(merges, ([, , merged]) => merged);
  }

  encode(word: string): number[] {
    const whole = this.#options.ignoreMerges ? this.#vocabulary.get(word) : undefined;
    return whole === undefined ? this.#merge(this.#symbols(word)) : [whole];
  }

  /** The ids of single characters. */
  #symbols(word: string): number[] {
    const { unknown, fuseUnknown, continuingPrefix, endSuffix } = this.#options;
    const ids: number[] = [];
    let pending = false;
    let place = 0;
    for (const character of word) {
      const first = place === 0;
      place += character.length;
      const symbol = (first ? '' : continuingPrefix) + character + (place === word.length ? endSuffix : '');
      const id = this.#vocabulary.get(symbol);
      const bytes = id === undefined ? this.#bytes(symbol) : undefined;
      if (id !== undefined) {
        if (pending && unknown !== undefined) ids.push(unknown);
        pending = false;
        ids.push(id);
      } else if (bytes) {
        // As in the reference, an unknown character before them is written after them.
        ids.push(...bytes);
      } else if (unknown !== undefined) {
        if (pending && !fuseUnknown) ids.push(unknown);
        pending = true;
      }
    }
    if (pending && unknown !== undefined) ids.push(unknown);
    return ids;
  }

  #bytes(text: string): number[] | undefined {
    if (!this.#options.byteFallback) return undefined;
    const ids = Array.from(encoder.encode(text), (byte) => this.#vocabulary.get(byteToken(byte)));
    return ids.every((id) => id !== undefined) ? ids : undefined;
  }

  #merge(ids: number[]): number[] {
    const next = Int32Array.from(ids, (_, place) => place + 1);
    const previous = Int32Array.from(ids, (_, place) => place - 1);
    const queue = new Heap();
    const rank = (left: number) => {
      const right = next[left] ?? ids.length;
      return left < 0 || right >= ids.length
        ? undefined
        : this.#ranks.get((ids[left] ?? 0) * this.#size + (ids[right] ?? 0));
    };
    const offer = (place: number) => {
      const found = rank(place);
      if (found !== undefined) queue.push(found * POSITIONS + place);
    };
    for (let place = 0; place < ids.length - 1; place++) offer(place);
    for (let least = queue.pop(); least !== undefined; least = queue.pop()) {
      const place = least % POSITIONS;
      const stated = Math.floor(least / POSITIONS);
      // Removed, or joined with something else meanwhile.
      if (next[place] === -1 || rank(place) !== stated) continue;
      const right = next[place] ?? 0;
      const after = next[right] ?? ids.length;
      ids[place] = this.#merged[stated] ?? 0;
      next[place] = after;
      next[right] = -1;
      if (after < ids.length) previous[after] = place;
      offer(previous[place] ?? -1);
      offer(place);
    }
    return ids.filter((_, place) => next[place] !== -1);
  }
}
