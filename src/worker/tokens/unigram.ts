import { byteToken, type TokenModel } from './token-model.js';

/** How much worse than the worst piece an unknown character is. */
const UNKNOWN_PENALTY = 10;

const encoder = new TextEncoder();

/** Unigram: of all ways to cut a word into pieces the likeliest (Viterbi), with runs of unknown characters as one token. */
export class Unigram implements TokenModel {
  readonly #ids = new Map<string, number>();
  readonly #scores: Float64Array;
  readonly #unknown: number;
  readonly #unknownScore: number;
  readonly #byteFallback: boolean;
  /** Code units of the longest piece that begins with a code unit. */
  readonly #longest = new Map<number, number>();

  /**
   * @param pieces - with their log probabilities, at the place of their ids
   * @param byteFallback - whether what is unknown becomes tokens such as `<0x0A>`
   */
  constructor(pieces: readonly (readonly [string, number])[], unknown: number, byteFallback: boolean) {
    this.#scores = Float64Array.from(pieces, ([, score]) => score);
    pieces.forEach(([piece], id) => {
      this.#ids.set(piece, id);
      const first = piece.charCodeAt(0);
      this.#longest.set(first, Math.max(this.#longest.get(first) ?? 0, piece.length));
    });
    this.#unknown = unknown;
    this.#unknownScore =
      this.#scores.reduce((least, score) => Math.min(least, score), Infinity) - UNKNOWN_PENALTY;
    this.#byteFallback = byteFallback;
  }

  encode(word: string): number[] {
    const ids: number[] = [];
    for (const [piece, id] of this.#bestPath(word)) {
      // A run of unknown characters may be in the vocabulary after all.
      const known = id === this.#unknown ? this.#ids.get(piece) : id;
      if (known !== undefined) ids.push(known);
      else ids.push(...(this.#bytes(piece) ?? [this.#unknown]));
    }
    return ids;
  }

  #bestPath(word: string): [piece: string, id: number][] {
    const scores = new Float64Array(word.length + 1);
    const starts = new Int32Array(word.length + 1).fill(-1);
    const ids = new Int32Array(word.length + 1);
    // Of two ways that are equally likely the one found first stays.
    const reach = (end: number, score: number, start: number, id: number) => {
      if (starts[end] !== -1 && score <= (scores[end] ?? 0)) return;
      scores[end] = score;
      starts[end] = start;
      ids[end] = id;
    };
    for (let start = 0; start < word.length;) {
      const here = scores[start] ?? 0;
      const character = (word.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
      const longest = Math.min(this.#longest.get(word.charCodeAt(start)) ?? 0, word.length - start);
      let alone = false;
      for (let length = character; length <= longest; length++) {
        const id = this.#ids.get(word.slice(start, start + length));
        if (id === undefined) continue;
        reach(start + length, here + (this.#scores[id] ?? 0), start, id);
        alone ||= length === character;
      }
      if (!alone) reach(start + character, here + this.#unknownScore, start, this.#unknown);
      start += character;
    }
    const path: [string, number][] = [];
    for (let end = word.length; end > 0;) {
      let start = starts[end] ?? 0;
      const id = ids[end] ?? 0;
      while (id === this.#unknown && start > 0 && ids[start] === this.#unknown) start = starts[start] ?? 0;
      path.push([word.slice(start, end), id]);
      end = start;
    }
    return path.reverse();
  }

  #bytes(text: string): number[] | undefined {
    if (!this.#byteFallback) return undefined;
    const ids = Array.from(encoder.encode(text), (byte) => this.#ids.get(byteToken(byte)));
    return ids.every((id) => id !== undefined) ? ids : undefined;
  }
}
