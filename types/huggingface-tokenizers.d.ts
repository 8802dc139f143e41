// The package's own declarations import without file extensions, which `nodenext` cannot follow: its names would
// silently be `any`. This is the part that the project uses.
declare module '@huggingface/tokenizers' {
  /** What encoding a text gives. */
  export interface Encoding {
    /** Token ids. */
    ids: number[];
    /** The tokens as text. */
    tokens: string[];
    /** One for each token. */
    attention_mask: number[];
    /** Only with `return_token_type_ids`. */
    token_type_ids?: number[];
  }

  /** How to encode. */
  export interface EncodeOptions {
    /** Second text of a pair. */
    text_pair?: string | null;
    /** Adds what the post-processor adds (true without this). */
    add_special_tokens?: boolean;
    /** Returns `token_type_ids` too. */
    return_token_type_ids?: boolean | null;
  }

  /** A tokenizer as `tokenizer.json` and `tokenizer_config.json` describe it. */
  export class Tokenizer {
    constructor(tokenizer: object, config: object);
    encode(text: string, options?: EncodeOptions): Encoding;
    decode(ids: number[], options?: { skip_special_tokens?: boolean }): string;
    tokenize(text: string, options?: { text_pair?: string | null; add_special_tokens?: boolean }): string[];
    /** Null where the file has none. */
    normalizer: { normalize(text: string): string } | null;
    token_to_id(token: string): number | undefined;
    id_to_token(id: number): string | undefined;
  }
}
