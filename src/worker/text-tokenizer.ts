import { Tokenizer } from '@huggingface/tokenizers';
import { AddedTokenSplitter } from './added-tokens.js';
import { prepareFor } from './normalise.js';
import type { AddedToken, TokenizerJson } from './tokenizer-json.js';

/** Turns one text into token ids, without special tokens: cuts out added tokens, and gives the rest to the library. */
export class TextTokenizer {
  readonly #json: TokenizerJson;
  readonly #prepare: (text: string) => string;
  readonly #whole: Tokenizer;
  readonly #raw: AddedTokenSplitter;
  readonly #normalised: AddedTokenSplitter;
  /** For text that is normalised already, or does not begin the whole; made when needed. */
  readonly #others = new Map<string, Tokenizer>();
  readonly #marksBeginning: boolean;

  /** @param addedTokens - found before (or, where `normalized`, after) normalisation */
  constructor(json: TokenizerJson, addedTokens: readonly AddedToken[]) {
    this.#json = json;
    this.#prepare = prepareFor(json);
    this.#whole = new Tokenizer(forLibrary(json), {});
    this.#marksBeginning = JSON.stringify(json.pre_tokenizer ?? null).includes('"prepend_scheme":"first"');
    const named = (normalised: boolean) => addedTokens.filter(({ normalized }) => normalized === normalised);
    this.#raw = new AddedTokenSplitter(named(false).map((token) => [token.content, token]));
    this.#normalised = new AddedTokenSplitter(
      named(true).map((token) => [this.#normalise(token.content), token]),
    );
  }

  /** Texts of all added tokens, as they are looked for. */
  get addedContents(): string[] {
    return [...this.#raw.contents, ...this.#normalised.contents];
  }

  /** Token ids of a text. */
  encode(text: string): number[] {
    const ids: number[] = [];
    let first = true;
    for (const section of this.#raw.split(text)) {
      if ('id' in section) ids.push(section.id);
      else append(ids, this.#encodeSection(this.#prepare(section.text), first));
      first = false;
    }
    return ids;
  }

  #encodeSection(text: string, first: boolean): number[] {
    if (this.#normalised.contents.length === 0) return this.#library(true, first)(text);
    const ids: number[] = [];
    for (const section of this.#normalised.split(this.#normalise(text))) {
      if ('id' in section) ids.push(section.id);
      else append(ids, this.#library(false, first)(section.text));
      first = false;
    }
    return ids;
  }

  #normalise(text: string): string {
    return this.#whole.normalizer ? this.#whole.normalizer.normalize(text) : text;
  }

  /** The library's tokenizer, with or without its normaliser; some mark the beginning of the whole text only. */
  #library(normalises: boolean, first: boolean): (text: string) => number[] {
    const begins = first || !this.#marksBeginning;
    const encode = (tokenizer: Tokenizer) => (text: string) =>
      tokenizer.encode(text, { add_special_tokens: false }).ids;
    if (normalises && begins) return encode(this.#whole);
    const key = `${normalises} ${begins}`;
    let tokenizer = this.#others.get(key);
    if (!tokenizer) {
      const json = begins ? this.#json : withoutBeginning(this.#json);
      tokenizer = new Tokenizer(forLibrary(normalises ? json : { ...json, normalizer: null }), {});
      this.#others.set(key, tokenizer);
    }
    return encode(tokenizer);
  }
}

/** What the library wants to find; it is asked neither for templates nor to decode, and knows of no added tokens. */
function forLibrary({ normalizer, pre_tokenizer, model }: TokenizerJson): object {
  return {
    normalizer: normalizer ?? null,
    pre_tokenizer: pre_tokenizer ?? null,
    model,
    post_processor: null,
    decoder: null,
    added_tokens: [],
  };
}

function withoutBeginning(json: TokenizerJson): TokenizerJson {
  const text = JSON.stringify(json.pre_tokenizer).replaceAll(
    '"prepend_scheme":"first"',
    '"prepend_scheme":"never"',
  );
  return { ...json, pre_tokenizer: JSON.parse(text) as unknown };
}

/** Without spreading: a text has more tokens than a call may have arguments. */
function append(ids: number[], more: readonly number[]): void {
  for (const id of more) ids.push(id);
}
