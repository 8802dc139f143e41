import type { TokenizerJson } from './tokenizer-json.js';
import { byteCharacters } from './tokens/byte-characters.js';

/** Letters that stand for themselves: marks and the parts of Hangul syllables join what is before them. */
const LETTERS = /^[\p{L}\p{N}]{4}$/u;
const JOINING = /[\u1100-\u11FF\uA960-\uA97F\uD7B0-\uD7FF\uFF9E\uFF9F]/;
const LETTER = /^(?:\p{L}|(?<!\p{N})\p{N})$/u;
/** Characters before and after a place that a normaliser must leave alone. */
const WINDOW = 24;

/** Knows between which letters no piece of a vocabulary can stand, so that both sides are tokenised by themselves. */
export class SpannedPlaces {
  readonly #vocab: Record<string, number> | [string, number][];
  readonly #bytes: boolean;
  #pieces: ReadonlySet<string> | undefined;
  /** The longest piece that begins with these two characters. */
  readonly #longest = new Map<string, number>();
  #longestOfAll = 0;

  /** Nothing is done yet: few texts need it. */
  constructor({ model, pre_tokenizer }: TokenizerJson) {
    this.#vocab = model?.vocab ?? {};
    this.#bytes = JSON.stringify(pre_tokenizer ?? null).includes('"ByteLevel"');
  }

  /**
   * Whether a cut before `place` changes no token on either side: letters on both, which the normaliser leaves as they
   * are, and no piece of the vocabulary reaches over the cut.
   */
  isFree(text: string, place: number, normalise: (text: string) => string): boolean {
    const next = text.charAt(place);
    if (!LETTERS.test(text.slice(place - 4, place)) || !LETTER.test(next) || JOINING.test(next)) return false;
    if (/\p{N}/u.test(next) && /\p{N}/u.test(text.charAt(place - 1))) return false;
    const pieces = this.#read();
    const [before, after] = [this.#side(text, place, -1), this.#side(text, place, 1)];
    const both = before + after;
    if (this.#reachesOver(both, before.length, pieces)) return false;
    const around = text.slice(Math.max(0, place - WINDOW), place + WINDOW).match(/[\p{L}\p{N}]+/gu) ?? [];
    return around.every((letters) => normalise(letters) === letters);
  }

  #reachesOver(both: string, cut: number, pieces: ReadonlySet<string>): boolean {
    for (let start = cut - 1; start >= Math.max(0, cut - this.#longestOfAll); start--) {
      const longest = this.#longest.get(both.slice(start, start + 2)) ?? 0;
      for (let end = cut + 1; end <= Math.min(both.length, start + longest); end++) {
        if (pieces.has(both.slice(start, end))) return true;
      }
    }
    return false;
  }

  /** The letters on one side, as the vocabulary writes them, as far as a piece can reach. */
  #side(text: string, place: number, direction: 1 | -1): string {
    const reach = this.#longestOfAll;
    const part =
      direction < 0 ? text.slice(Math.max(0, place - reach), place) : text.slice(place, place + reach);
    if (!this.#bytes) return part;
    // Half a surrogate pair at the far end is of no account: no piece gets that far.
    return byteCharacters(part);
  }

  #read(): ReadonlySet<string> {
    if (this.#pieces) return this.#pieces;
    const names = Array.isArray(this.#vocab) ? this.#vocab.map(([piece]) => piece) : Object.keys(this.#vocab);
    for (const piece of names) {
      const beginning = piece.slice(0, 2);
      if (piece.length > (this.#longest.get(beginning) ?? 1)) this.#longest.set(beginning, piece.length);
      if (piece.length > this.#longestOfAll) this.#longestOfAll = piece.length;
    }
    return (this.#pieces = new Set(names));
  }
}
