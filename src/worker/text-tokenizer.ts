import { AddedTokenSplitter } from './added-tokens.js';
import type { AddedToken, TokenizerJson } from './tokenizer-json.js';
import { keepsBeginning, readNormaliser, wellFormed, type Normaliser } from './tokens/normalise.js';
import { marksBeginning, readPreTokeniser, type PreTokeniser } from './tokens/pre-tokenise.js';
import { readModel } from './tokens/read-model.js';
import { refuse } from './tokens/refuse.js';
import type { TokenModel } from './tokens/token-model.js';

/** Most words whose tokens are remembered, and the longest of them. */
const REMEMBERED_WORDS = 10_000;
const REMEMBERED_LENGTH = 64;

/**
 * Turns one text into token ids, without special tokens: cuts out added tokens, normalises the rest, cuts it into words,
 * and those into tokens.
 */
export class TextTokenizer {
  /** Texts of all added tokens, as they are looked for. */
  readonly addedContents: readonly string[];
  readonly #normalise: Normaliser;
  readonly #cut: PreTokeniser;
  readonly #model: TokenModel;
  readonly #raw: AddedTokenSplitter;
  readonly #normalised: AddedTokenSplitter;
  readonly #known = new Map<string, readonly number[]>();

  /**
   * @param addedTokens - found before (or, where `normalized`, after) normalisation
   * @throws RerankError `unsupported-model` for anything in tokenizer.json that is not known here
   */
  constructor(json: TokenizerJson, addedTokens: readonly AddedToken[]) {
    this.#normalise = readNormaliser(json.normalizer);
    this.#cut = readPreTokeniser(json.pre_tokenizer);
    this.#model = readModel(json.model);
    if (marksBeginning(json.pre_tokenizer) && !keepsBeginning(json.normalizer)) {
      refuse('prepend_scheme first after a normalizer that may remove the beginning');
    }
    const named = (normalised: boolean) => addedTokens.filter(({ normalized }) => normalized === normalised);
    this.#raw = new AddedTokenSplitter(named(false).map((token) => [token.content, token]));
    this.#normalised = new AddedTokenSplitter(
      named(true).map((token) => [this.#normalise(token.content), token]),
    );
    this.addedContents = [...this.#raw.contents, ...this.#normalised.contents];
  }

  /** A text as its words are found in it. */
  normalise(text: string): string {
    return this.#normalise(wellFormed(text));
  }

  /** Token ids of a text. */
  encode(text: string): number[] {
    const ids: number[] = [];
    let begins = true;
    for (const section of this.#raw.split(wellFormed(text))) {
      if ('id' in section) ids.push(section.id);
      else this.#encodeSection(this.#normalise(section.text), begins, ids);
      begins = false;
    }
    return ids;
  }

  #encodeSection(text: string, begins: boolean, ids: number[]): void {
    for (const section of this.#normalised.split(text)) {
      if ('id' in section) ids.push(section.id);
      else {
        for (const word of this.#cut(section.text, begins)) {
          for (const id of this.#encodeWord(word)) ids.push(id);
        }
      }
      begins = false;
    }
  }

  #encodeWord(word: string): readonly number[] {
    const known = this.#known.get(word);
    if (known) return known;
    const ids = word === '' ? [] : this.#model.encode(word);
    if (word.length <= REMEMBERED_LENGTH) {
      if (this.#known.size >= REMEMBERED_WORDS) this.#known.clear();
      this.#known.set(word, ids);
    }
    return ids;
  }
}
