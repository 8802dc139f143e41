import { isObject, type JsonObject } from '../model/json.js';
import { type AddedToken, type TokenizerJson } from './tokenizer-json.js';

/** The tokens that stand outside the vocabulary's own rules, with ids as the reference (Rust) gives them. */
export class AddedVocabulary {
  readonly #tokens = new Map<string, AddedToken>();
  readonly #vocabulary: ReadonlyMap<string, number>;
  readonly #size: number;

  /** @param model - the model of tokenizer.json, whose vocabulary goes first */
  constructor(model: TokenizerJson['model']) {
    const vocab = model?.vocab ?? {};
    this.#vocabulary = new Map(
      Array.isArray(vocab) ? vocab.map(([piece], id) => [piece, id]) : Object.entries(vocab),
    );
    this.#size = this.#vocabulary.size;
  }

  /** All tokens, in the order they came. */
  get tokens(): AddedToken[] {
    return [...this.#tokens.values()];
  }

  /** Whether a text is an added token already. */
  has(content: string): boolean {
    return this.#tokens.has(content);
  }

  /** The id of an added token or of a piece of the vocabulary. */
  id(content: string): number | undefined {
    return this.#tokens.get(content)?.id ?? this.#vocabulary.get(content);
  }

  /** Adds a token, or gives one that is there new properties: a known text keeps its id, a new one gets the next. */
  add(token: Partial<AddedToken>): void {
    const { content } = token;
    if (typeof content !== 'string' || content === '') return;
    const special = token.special ?? false;
    this.#tokens.set(content, {
      id: this.id(content) ?? this.#nextId(),
      content,
      single_word: token.single_word ?? false,
      lstrip: token.lstrip ?? false,
      rstrip: token.rstrip ?? false,
      normalized: token.normalized ?? !special,
      special,
    });
  }

  #nextId(): number {
    const highest = Math.max(-1, ...Array.from(this.#tokens.values(), ({ id }) => id));
    return highest >= this.#size ? highest + 1 : this.#size;
  }
}

/** `added_tokens_decoder` of tokenizer_config.json in the order of its ids; undefined where there is none. */
export function statedTokens(values: JsonObject): Partial<AddedToken>[] | undefined {
  const decoder = values.added_tokens_decoder;
  if (!isObject(decoder)) return undefined;
  return Object.entries(decoder)
    .sort(([a], [b]) => Number(a) - Number(b))
    .flatMap(([, token]) => (isObject(token) ? [token as Partial<AddedToken>] : []));
}
