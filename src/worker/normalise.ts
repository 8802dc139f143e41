/** The part of tokenizer.json that says what happens to a text first. */
interface Normalizer {
  type?: string;
  normalizers?: Normalizer[];
  lowercase?: boolean;
  handle_chinese_chars?: boolean;
}

/** CJK ideographs beyond U+FFFF, exactly as Hugging Face tokenizers (Rust) list them, gap included. */
const SUPPLEMENTARY_CJK =
  /[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu;

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * What a text needs so that @huggingface/tokenizers gives the ids of the reference (Rust) tokenizers. The library
 * 0.2.0 differs in two points: it does not set ideographs beyond U+FFFF apart, and it lowercases a final Σ to ς, where
 * the reference goes letter by letter and gives σ.
 *
 * @param tokenizerJson - parsed tokenizer.json
 * @returns a function from text to text; lone surrogates become U+FFFD, as they would in UTF-8
 */
export function prepareFor(tokenizerJson: { normalizer?: unknown }): (text: string) => string {
  // JSON of unknown origin: only compared, never called.
  const normalizers = flatten(tokenizerJson.normalizer ?? {});
  const bert = normalizers.find(({ type }) => type === 'BertNormalizer');
  const lowercases = bert?.lowercase === true || normalizers.some(({ type }) => type === 'Lowercase');
  const separatesCjk = bert?.handle_chinese_chars === true;
  return (text) => {
    let prepared = text.replace(LONE_SURROGATE, '\uFFFD');
    if (separatesCjk) prepared = prepared.replace(SUPPLEMENTARY_CJK, ' $& ');
    if (lowercases) prepared = prepared.replaceAll('Σ', 'σ');
    return prepared;
  };
}

function flatten(normalizer: Normalizer): Normalizer[] {
  return [normalizer, ...(normalizer.normalizers ?? []).flatMap(flatten)];
}
