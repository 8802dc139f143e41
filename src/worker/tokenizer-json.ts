import { RerankError } from '../errors.js';
import { isObject, type JsonObject } from '../model/json.js';

/** A token that is found in the text before anything else happens to it. */
export interface AddedToken {
  /** Its id. */
  id: number;
  /** What stands in the text. */
  content: string;
  /** Only where no word character touches it. */
  single_word: boolean;
  /** Takes the white space before it. */
  lstrip: boolean;
  /** Takes the white space after it. */
  rstrip: boolean;
  /** Looked for in the normalised text, in its normalised form. */
  normalized: boolean;
  /** A special token, which `split_special_tokens` leaves to be tokenised like any text. */
  special: boolean;
}

/** The part of tokenizer.json that turns words into tokens. */
export interface TokenizerModelJson {
  type?: string;
  vocab?: Record<string, number> | [string, number][];
  merges?: unknown;
  unk_token?: string | null;
  unk_id?: number | null;
  max_input_chars_per_word?: number;
  continuing_subword_prefix?: string;
  ignore_merges?: boolean;
}

/** A parsed tokenizer.json: of unknown origin, so that every field may be missing or of another type. */
export interface TokenizerJson {
  normalizer?: unknown;
  pre_tokenizer?: unknown;
  model?: TokenizerModelJson;
  post_processor?: unknown;
  added_tokens?: Partial<AddedToken>[];
  truncation?: { direction?: string } | null;
}

/** The type of a model; tokenizer files before 2020 do not state it. */
export function modelType({ type, vocab, merges }: TokenizerModelJson): string {
  if (type !== undefined) return type;
  return Array.isArray(vocab) ? 'Unigram' : merges === undefined ? 'WordPiece' : 'BPE';
}

/** The settings of tokenizer_config.json, read one by one with their defaults. */
export class TokenizerSettings {
  /** @param values - parsed tokenizer_config.json */
  constructor(readonly values: JsonObject) {}

  /** A setting that is true or false. @throws RerankError `unsupported-model` */
  flag(name: string, standard: boolean): boolean {
    const value = this.values[name] ?? standard;
    return typeof value === 'boolean' ? value : this.refuse(name, 'true or false');
  }

  /** A setting that is one of two sides. @throws RerankError `unsupported-model` */
  side(name: string): 'left' | 'right' | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    return value === 'left' || value === 'right' ? value : this.refuse(name, "'left' or 'right'");
  }

  /** A list of strings. @throws RerankError `unsupported-model` */
  names(name: string): string[] | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    const all = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return all ? value : this.refuse(name, 'a list of names');
  }

  /** The text of a special token, whether it is stated as a string or as a token with its properties. */
  token(name: string): string | undefined {
    return tokenContent(this.values[name]);
  }

  /** @throws RerankError `unsupported-model`, always */
  refuse(name: string, expected: string): never {
    const value = JSON.stringify(this.values[name]) ?? 'missing';
    throw new RerankError(
      'unsupported-model',
      `tokenizer_config.json states ${name}: ${value.slice(0, 80)}; expected ${expected}.`,
    );
  }
}

/** The text of a token that is stated as a string or as an object with its properties. */
export function tokenContent(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const content = isObject(value) ? value.content : undefined;
  return typeof content === 'string' ? content : undefined;
}
