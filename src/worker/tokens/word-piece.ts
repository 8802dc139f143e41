import type { TokenModel } from './token-model.js';

/** WordPiece: the longest piece that a word begins with, and on with the rest; a word that does not come out is unknown. */
export class WordPiece implements TokenModel {
  readonly #vocabulary: ReadonlyMap<string, number>;
  readonly #unknown: number;
  readonly #prefix: string;
  readonly #mostCharacters: number;
  readonly #longest: number;

  /**
   * @param prefix - of pieces within a word
   * @param mostCharacters - in a word; longer ones are unknown
   */
  constructor(
    vocabulary: ReadonlyMap<string, number>,
    unknown: number,
    prefix: string,
    mostCharacters: number,
  ) {
    this.#vocabulary = vocabulary;
    this.#unknown = unknown;
    this.#prefix = prefix;
    this.#mostCharacters = mostCharacters;
    this.#longest = Array.from(vocabulary.keys()).reduce(
      (longest, { length }) => Math.max(longest, length),
      0,
    );
  }

  encode(word: string): number[] {
    if (word.length > this.#mostCharacters && Array.from(word).length > this.#mostCharacters)
      return [this.#unknown];
    const ids: number[] = [];
    for (let start = 0; start < word.length;) {
      let end = Math.min(word.length, start + this.#longest);
      let id: number | undefined;
      for (; end > start; end--) {
        const piece = word.slice(start, end);
        id = this.#vocabulary.get(start > 0 ? this.#prefix + piece : piece);
        if (id !== undefined) break;
      }
      if (id === undefined) return [this.#unknown];
      ids.push(id);
      start = end;
    }
    return ids;
  }
}
