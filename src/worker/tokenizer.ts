import { RerankError } from '../errors.js';
import type { PairTemplate } from './template.js';
import { TextCuts } from './text-cuts.js';
import { TextTokenizer } from './text-tokenizer.js';
import { readTokenizer, type TokenizerFiles } from './tokenizer-settings.js';

/** One row of a batch. */
export interface EncodedPair {
  /** Token ids, special tokens included. */
  ids: number[];
  /** Token type ids, as the template gives them; all zero where the tokenizer gives none. */
  typeIds: number[];
}

/** Tokens beyond those that are kept, where a cut may have changed the last ones. */
const SPARE = 32;

/** Characters that tell how many a token takes in a text. */
const SAMPLE = 256;

/** Characters a token that the first try reckons with at most. */
const MOST_PER_TOKEN = 8;

/** Encodes queries and passages on their own and puts them together after the tokenizer's own template. */
export class PairTokenizer {
  readonly #tokenizer: TextTokenizer;
  readonly #template: PairTemplate;
  readonly #cuts: TextCuts;
  readonly #truncationSide: 'left' | 'right';
  /** Tokens of a pair that are left for the two texts. */
  #room = 0;
  /** Tokens that a query keeps beside a passage of any length. */
  #third = 0;

  /**
   * @param files - the model's tokenizer and configuration; the truncation and padding of tokenizer.json are not used
   * @param maxLength - most tokens in a pair, special tokens included
   * @throws RerankError `unsupported-model` for a tokenizer without a pair template or that cannot be read
   */
  constructor(files: TokenizerFiles, maxLength: number) {
    try {
      const { json, addedTokens, template, truncationSide } = readTokenizer(files);
      this.#template = template;
      this.#truncationSide = truncationSide;
      this.#tokenizer = new TextTokenizer(json, addedTokens);
      this.#cuts = new TextCuts(json, this.#tokenizer);
    } catch (cause) {
      if (cause instanceof RerankError) throw cause;
      throw new RerankError('unsupported-model', `The tokenizer could not be read: ${String(cause)}`, {
        cause,
      });
    }
    this.limitTo(maxLength);
  }

  /** Tokens of the shortest pair: the special ones, and one of each text. */
  get shortestPair(): number {
    return this.#template.filter((piece) => piece.kind === 'special').length + 2;
  }

  /** From now on pairs have at most so many tokens, special tokens included. */
  limitTo(maxLength: number): void {
    this.#third = Math.floor(maxLength / 3);
    this.#room = maxLength - this.#template.filter((piece) => piece.kind === 'special').length;
  }

  /** Token ids of one text, without special tokens. */
  encode(text: string): number[] {
    return tokensFrom(() => this.#tokenizer.encode(text));
  }

  /**
   * The token ids that truncation keeps of a text, at least `count` of them where it has as many: a passage of ten
   * thousand words is not tokenised for the five hundred tokens that a model reads, with or without spaces. It is cut
   * where tokens never reach across; where there is no such place, two cuts must agree on all that is kept.
   */
  encodeKept(text: string, count: number): number[] {
    if (this.#truncationSide === 'left' || text.length <= count) return this.encode(text);
    // As many characters as the first ones need for so many tokens, and a quarter more, within reason.
    const perToken = Math.min((SAMPLE * 1.25) / this.encode(text.slice(0, SAMPLE)).length, MOST_PER_TOKEN);
    let rest = text;
    for (let length = Math.ceil((count + SPARE) * perToken); length < rest.length; length *= 2) {
      const cut = this.#cuts.before(rest, length);
      const ids = this.encode(rest.slice(0, cut ?? length));
      if (ids.length < count) {
        if (rest === text) rest = this.#cuts.shorten(text);
        continue;
      }
      if (cut !== undefined || this.#agree(ids, rest.slice(0, length * 1.5), count))
        return ids.slice(0, count);
    }
    return this.encode(rest);
  }

  /** Whether more text leaves the first tokens as they are, with some to spare. */
  #agree(ids: readonly number[], more: string, count: number): boolean {
    if (ids.length < count + SPARE) return false;
    const others = this.encode(more);
    return ids.slice(0, count + SPARE / 2).every((id, place) => id === others[place]);
  }

  /** Tokens left for a passage of any length beside this query. */
  passageRoom(queryLength: number): number {
    return this.#room - Math.min(queryLength, this.#third);
  }

  /**
   * Puts a pair together. Too long a pair loses the end of its passage, and a query over a third of the length its
   * own end, but never the last [SEP]; with `truncation_side` left it loses their beginnings.
   */
  assemble(query: readonly number[], passage: readonly number[]): EncodedPair {
    const keptQuery = this.#keep(query, Math.max(this.#third, this.#room - passage.length));
    const keptPassage = this.#keep(passage, this.#room - keptQuery.length);
    const ids: number[] = [];
    const typeIds: number[] = [];
    for (const piece of this.#template) {
      const tokens = piece.kind === 'special' ? [piece.id] : piece.kind === 'query' ? keptQuery : keptPassage;
      for (const id of tokens) {
        ids.push(id);
        typeIds.push(piece.typeId);
      }
    }
    return { ids, typeIds };
  }

  #keep(tokens: readonly number[], count: number): readonly number[] {
    if (this.#truncationSide === 'right') return tokens.slice(0, count);
    return tokens.slice(Math.max(0, tokens.length - count));
  }
}

/** A broken tokenizer.json may show only when text goes through it. */
function tokensFrom(encode: () => number[]): number[] {
  let ids: number[];
  try {
    ids = encode();
  } catch (cause) {
    throw brokenTokenizer(String(cause), { cause });
  }
  const wrong = ids.findIndex((id) => !(Number.isSafeInteger(id) && id >= 0));
  if (wrong < 0) return ids;
  throw brokenTokenizer(`a token's id is ${JSON.stringify(ids[wrong])}`);
}

function brokenTokenizer(why: string, options?: ErrorOptions): RerankError {
  return new RerankError(
    'invalid-data',
    `tokenizer.json is broken: no text goes through it (${why}).`,
    options,
  );
}
