import {
  FLAG,
  FUNCTION,
  MILLISECONDS,
  numberBetween,
  oneOf,
  readOptions,
  TEXT,
  TEXTS_BY_NAME,
  wholeNumber,
  type Kind,
  type Kinds,
} from '../kinds.js';
import type { RerankerSource } from '../search/reranker-source.js';
import type { RerankerOptions } from '../types.js';
import { ENGLISH, type StatusTexts } from './texts.js';

/** Options of `BrowserReranker.attach`. Each that is no object or function is also a data attribute of the script tag. */
export interface AttachOptions {
  /**
   * Whose results are re-ranked: `pagefind`, or `auto` for every engine that is found on the page.
   * @default 'auto'
   */
  engine?: 'auto' | 'pagefind' | undefined;
  /**
   * The model, as `createReranker` takes it.
   * @default 'minilm-l6-rerank-en'
   */
  model?: string | undefined;
  /** More options for `createReranker`, such as `device` or `modelsUrl`. */
  rerankerOptions?: RerankerOptions | undefined;
  /** A reranker of your own in place of `model`; it is not disposed by `detach`. */
  reranker?: RerankerSource | undefined;
  /**
   * How many of the first results are re-ranked. Each costs a small download of its page's text.
   * @default 30
   */
  candidates?: number | undefined;
  /**
   * Weight of the engine's own scores in the order, 0 to 1.
   * @default 0: the model's scores alone
   */
  priorWeight?: number | undefined;
  /**
   * So many of the engine's first results keep their places.
   * @default 0
   */
  keepFirst?: number | undefined;
  /** Results with a lower score are left out; those behind the candidates are, too. */
  minScore?: number | undefined;
  /**
   * Ask the visitor before anything is loaded. With Save-Data, and on a phone's network, he is asked in any case.
   * @default false
   */
  consent?: boolean | undefined;
  /**
   * When the model is loaded: when the visitor goes into a search box (`focus`), when he searches (`never` before that), or once the
   * page is idle, whoever reads it (`idle`).
   * @default 'focus'
   */
  warm?: 'focus' | 'never' | 'idle' | undefined;
  /**
   * Languages of the model, as ISO 639-1 codes. On a page whose `lang` is another one nothing is loaded.
   * @default those of the model, where its name is known
   */
  languages?: readonly string[] | undefined;
  /**
   * Milliseconds that an answer is held back for its ranking. Longer: results appear in their final order more often. 0: at once.
   * @default 400
   */
  hold?: number | undefined;
  /**
   * Milliseconds that a ranking may take before the site's own order stays.
   * @default 5,000
   */
  patience?: number | undefined;
  /** Selector of the search boxes. @default search fields, and fields in a search form */
  input?: string | undefined;
  /** Selector of the results, so that an item that the visitor holds stays in its place. @default any link or list item */
  results?: string | undefined;
  /** Selector of an element that the status line is put into, or `none` for no line. @default below the search box */
  status?: string | undefined;
  /** Texts of the status line; those that are left out are in English. */
  texts?: Partial<StatusTexts> | undefined;
  /** Told why the site's own order stays. @default one `console.warn` for each reason */
  onProblem?: ((message: string) => void) | undefined;
}

/** Milliseconds, and none as well. */
const WAIT: Kind = {
  is: (value) => value === 0 || MILLISECONDS.is(value),
  expected: `0, or ${MILLISECONDS.expected}`,
};

const ANY_NUMBER: Kind = { is: Number.isFinite, expected: 'a number' };

const LANGUAGES: Kind = {
  is: (value) =>
    Array.isArray(value) && value.every((code) => typeof code === 'string' && /^[a-z]{2,3}$/iu.test(code)),
  expected: 'a list of language codes such as ["en", "de"]',
};

const SELECTOR: Kind = {
  is: (value) => typeof value === 'string' && isSelector(value),
  expected: 'a CSS selector',
};

const OBJECT: Kind = { is: (value) => typeof value === 'object' && value !== null, expected: 'an object' };

const SOURCE: Kind = {
  is: (value) => OBJECT.is(value) || FUNCTION.is(value),
  expected: 'a reranker, a promise of one, or a function that makes one',
};

const TEXTS: Kind = {
  is: (value) =>
    TEXTS_BY_NAME.is(value) && Object.keys(value as object).every((name) => Object.hasOwn(ENGLISH, name)),
  expected: `an object of texts by the names ${Object.keys(ENGLISH).join(', ')}`,
};

/** The kind of each option. */
const KINDS: Kinds<AttachOptions> = {
  engine: oneOf('auto', 'pagefind'),
  model: TEXT,
  rerankerOptions: OBJECT,
  reranker: SOURCE,
  candidates: wholeNumber(1),
  priorWeight: numberBetween(0, 1),
  keepFirst: wholeNumber(0),
  minScore: ANY_NUMBER,
  consent: FLAG,
  warm: oneOf('focus', 'never', 'idle'),
  languages: LANGUAGES,
  hold: WAIT,
  patience: MILLISECONDS,
  input: SELECTOR,
  results: SELECTOR,
  status: SELECTOR,
  texts: TEXTS,
  onProblem: FUNCTION,
};

/** Reads what `attach` is given. @throws RerankError `invalid-input` naming the first wrong option */
export function readAttachOptions(options: AttachOptions): AttachOptions {
  return readOptions('attach', options, KINDS);
}

function isSelector(value: string): boolean {
  try {
    document.createDocumentFragment().querySelector(value);
    return true;
  } catch {
    return false;
  }
}
