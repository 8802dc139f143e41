import { readPattern, type PatternJson } from './patterns.js';
import { Precompiled } from './precompiled.js';
import { refuse } from './refuse.js';
import { COMBINING, DROPPED, NONSPACING, YOUNGER } from './unicode-tables.js';
import { characterClass, PLAIN } from './unicode.js';

/** What happens to a text before it is cut into words. */
export type Normaliser = (text: string) => string;

/** A normaliser in tokenizer.json; anything may be missing. */
interface NormaliserJson {
  type?: string;
  normalizers?: NormaliserJson[];
  pattern?: PatternJson;
  content?: string;
  prepend?: string;
  precompiled_charsmap?: string;
  strip_left?: boolean;
  strip_right?: boolean;
  clean_text?: boolean;
  handle_chinese_chars?: boolean;
  strip_accents?: boolean | null;
  lowercase?: boolean;
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** The ideographs that BertNormalizer sets apart, exactly as the reference lists them, gap included. */
const IDEOGRAPHS =
  /[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu;
const DROPPED_BY_BERT = new RegExp(`[\\0${characterClass(DROPPED)}]`, 'gu');
const NONSPACING_MARKS = new RegExp(`[${characterClass(NONSPACING)}]`, 'gu');
const COMBINING_MARKS = new RegExp(`[${characterClass(COMBINING)}]`, 'gu');
const YOUNGER_RUNS = new RegExp(`([${characterClass(YOUNGER)}]+)`, 'u');
const SPACE = /\p{White_Space}/u;
const SPACES = /\p{White_Space}/gu;

/** Replaces lone surrogates by U+FFFD, as UTF-8 would have it. */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\uFFFD');
}

/**
 * The normaliser of a tokenizer.json, which gives exactly what the reference (Rust) gives.
 *
 * @param json - `normalizer` of tokenizer.json; null for none
 * @throws RerankError `unsupported-model` for a type or a pattern that is not known here
 */
export function readNormaliser(json: unknown): Normaliser {
  // JSON of unknown origin: every field below is checked before it is used.
  const normaliser = json as NormaliserJson | null | undefined;
  switch (normaliser?.type) {
    case undefined:
      return normaliser ? refuse('a normalizer without a type') : (text) => text;
    case 'Sequence': {
      const steps = (normaliser.normalizers ?? []).map(readNormaliser);
      return (text) => steps.reduce((normalised, step) => step(normalised), text);
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return unicodeForm(normaliser.type);
    case 'Lowercase':
      return lowercase;
    case 'Strip':
      return strip(flag(normaliser, 'strip_left'), flag(normaliser, 'strip_right'));
    case 'StripAccents':
      return (text) => (PLAIN.test(text) ? text : text.replace(COMBINING_MARKS, ''));
    case 'Replace':
      return replace(normaliser);
    case 'Prepend': {
      const prefix = normaliser.prepend ?? refuse('Prepend without what to prepend');
      return (text) => (text === '' ? '' : prefix + text);
    }
    case 'BertNormalizer':
      return bert(normaliser);
    case 'Precompiled': {
      const charsmap = new Precompiled(normaliser.precompiled_charsmap);
      return (text) => charsmap.normalise(text);
    }
    default:
      return refuse(`a normalizer of type ${String(normaliser?.type)}`);
  }
}

/**
 * Whether the first character of a normalised text is always that of the text. The reference marks a beginning only
 * there (`prepend_scheme: first`).
 */
export function keepsBeginning(json: unknown): boolean {
  const normaliser = json as NormaliserJson | null | undefined;
  if (normaliser?.type === 'Sequence') return (normaliser.normalizers ?? []).every(keepsBeginning);
  if (normaliser?.type === 'Strip') return normaliser.strip_left !== true;
  return (
    normaliser == null ||
    ['NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase', 'Replace'].includes(normaliser.type ?? '')
  );
}

function unicodeForm(form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): Normaliser {
  return (text) => {
    if (PLAIN.test(text)) return text;
    if (!YOUNGER_RUNS.test(text)) return text.normalize(form);
    return text
      .split(YOUNGER_RUNS)
      .map((part, index) => (index % 2 === 1 ? part : part.normalize(form)))
      .join('');
  };
}

/** Letter by letter: a final Σ becomes σ, where JavaScript alone gives ς. */
function lowercase(text: string): string {
  return text.replaceAll('Σ', 'σ').toLowerCase();
}

function strip(left: boolean, right: boolean): Normaliser {
  return (text) => {
    let [start, end] = [0, text.length];
    while (left && start < end && SPACE.test(text.charAt(start))) start++;
    while (right && end > start && SPACE.test(text.charAt(end - 1))) end--;
    return text.slice(start, end);
  };
}

function replace({ pattern, content }: NormaliserJson): Normaliser {
  if (typeof content !== 'string') return refuse('Replace without content');
  const found = readPattern(pattern);
  return (text) => text.replace(found, () => content);
}

function bert(json: NormaliserJson): Normaliser {
  const cleans = flag(json, 'clean_text');
  const separates = flag(json, 'handle_chinese_chars');
  const lowers = flag(json, 'lowercase');
  const strips = json.strip_accents ?? lowers;
  return (text) => {
    let normalised = text;
    if (!PLAIN.test(text)) {
      if (cleans) normalised = normalised.replace(DROPPED_BY_BERT, '').replace(SPACES, ' ');
      if (separates) normalised = normalised.replace(IDEOGRAPHS, ' $& ');
      if (strips) normalised = decompose(normalised).replace(NONSPACING_MARKS, '');
    }
    return lowers ? lowercase(normalised) : normalised;
  };
}

const decompose = unicodeForm('NFD');

function flag(
  json: NormaliserJson,
  name: 'clean_text' | 'handle_chinese_chars' | 'lowercase' | 'strip_left' | 'strip_right',
) {
  const value = json[name];
  return typeof value === 'boolean' ? value : refuse(`${json.type} without ${name}`);
}
