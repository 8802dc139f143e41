import { documentText } from './document-text.js';
import {
  ANY_TEXT,
  fail,
  FLAG,
  FUNCTION,
  guard,
  isArray,
  MILLISECONDS,
  numberBetween,
  OBJECT,
  oneOf,
  readOptions,
  SIGNAL,
  TEXT,
  TEXTS_BY_NAME,
  textOr,
  wholeNumber,
  type Kind,
  type Kinds,
} from './kinds.js';
import { ACTIVATIONS } from './ranking/activation.js';
import { FINITE } from './ranking/prior.js';
import type { Pair, PredictOptions, RankOptions, RerankerOptions } from './types.js';

/** What an adaptive ranking returns unless told otherwise. */
const ADAPTIVE_TOP_K = 10;

/** 64 MiB, for all workers together. */
const KEPT_PASSAGE_BYTES = 64 * 2 ** 20;

/** More workers or threads than any device has cores for; each costs memory. */
const MOST_WORKERS = 64;

/** With the delay between them, these last for more than an hour. */
const MOST_RETRIES = 100;

/** A label by its number or its name. */
const LABEL: Kind = {
  is: (value) => TEXT.is(value) || wholeNumber(0).is(value),
  expected: 'the number of a label, 0 or more, or its name',
};

/** A reranker, a promise of one, or a function that makes one; what the latter two give is seen when it is needed. */
const SOURCE: Kind = {
  is: (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
  expected: 'a reranker, a promise of one, or a function that makes one',
};

const RERANKER: Kinds<RerankerOptions> = {
  model: TEXT,
  device: oneOf('auto', 'webgpu', 'wasm'),
  dtype: oneOf('auto', 'fp32', 'fp16', 'q8', 'w8', 'q4', 'q4f16'),
  file: TEXT,
  label: LABEL,
  threads: textOr('auto', wholeNumber(1, MOST_WORKERS)),
  workers: textOr('auto', wholeNumber(1, MOST_WORKERS)),
  maxLength: wholeNumber(1, undefined, 'tokens'),
  prompts: TEXTS_BY_NAME,
  defaultPromptName: ANY_TEXT,
  batchTokens: wholeNumber(1, undefined, 'tokens'),
  keptPassageBytes: wholeNumber(0, undefined, 'bytes'),
  signal: SIGNAL,
  onProgress: FUNCTION,
  cache: FLAG,
  hubHost: TEXT,
  revision: TEXT,
  assetsUrl: TEXT,
  modelsUrl: TEXT,
  runtimeUrl: TEXT,
  retries: wholeNumber(0, MOST_RETRIES),
  stallTimeout: MILLISECONDS,
  fetch: FUNCTION,
  createWorker: FUNCTION,
  timeout: MILLISECONDS,
  idleTimeout: MILLISECONDS,
  fallback: SOURCE,
};

const PREDICT: Kinds<PredictOptions> = {
  signal: SIGNAL,
  overflow: oneOf('truncate', 'window'),
  windowOverlap: numberBetween(0, 0.9),
  prompt: ANY_TEXT,
  promptName: ANY_TEXT,
  onStats: FUNCTION,
};

const RANK: Kinds<RankOptions> = {
  ...PREDICT,
  text: FUNCTION,
  topK: wholeNumber(1),
  depth: oneOf('full', 'adaptive'),
  activation: oneOf(...ACTIVATIONS),
  prior: OBJECT,
  keepFirst: wholeNumber(0),
  minScore: FINITE,
  onPartial: FUNCTION,
};

/** Reads what `createReranker` is given. @throws RerankError `invalid-input` naming the first wrong option */
export function readRerankerOptions(options: RerankerOptions): RerankerOptions {
  const read = readOptions('createReranker', options, RERANKER);
  return read.prompts ? { ...read, prompts: { ...read.prompts } } : read; // what the caller does to it later matters no more
}

/** Reads the options of `predict`, with the defaults. @throws RerankError `invalid-input` naming the first wrong one */
export function readPredictOptions(options: PredictOptions) {
  return withDefaults(readOptions('predict', options, PREDICT));
}

/** Reads the options of `rank`, with the defaults. @throws RerankError `invalid-input` naming the first wrong one */
export function readRankOptions<D>(options: RankOptions<D>) {
  const read = readOptions('rank', options, RANK);
  const { depth = 'full', topK = depth === 'adaptive' ? ADAPTIVE_TOP_K : undefined } = read;
  return { ...withDefaults(read), depth, topK };
}

function withDefaults<Options extends PredictOptions>(read: Options) {
  const { overflow = 'truncate', windowOverlap = 0.25 } = read;
  return { ...read, overflow, windowOverlap };
}

/** Memory for passages. @returns bytes for all workers together */
export function resolveKeptBytes({ keptPassageBytes = KEPT_PASSAGE_BYTES }: RerankerOptions): number {
  return keptPassageBytes;
}

/** Reads what `predict` is given, once. @returns a copy @throws RerankError `invalid-input` naming the first wrong pair */
export function readPairs(pairs: readonly Pair[]): Pair[] {
  return readList('pairs', pairs, 'an array of [query, passage]', (pair, what) => {
    const expected = 'two strings, [query, passage]';
    if (!isArray(pair) || guard(what, () => pair.length) !== 2) return fail(what, pair, expected);
    const [query, passage] = guard(what, () => [pair[0], pair[1]]);
    if (typeof query !== 'string') return fail(`${what}[0]`, query, expected);
    if (typeof passage !== 'string') return fail(`${what}[1]`, passage, expected);
    return [query, passage];
  });
}

/** Checks a query. @throws RerankError `invalid-input` */
export function checkQuery(query: unknown): void {
  if (typeof query !== 'string') fail('query', query, 'a string');
}

/** A document as it was given, and its text as it was then. */
export interface ReadDocument<D> {
  /** As it was given. */
  document: D;
  /** Its text when the call was made. */
  text: string;
}

/**
 * Reads what `rank` is given, once.
 * @param text - the caller's own way to a document's text
 * @throws RerankError `invalid-input` naming the first wrong document; what `text` throws, as it is
 */
export function readDocuments<D>(documents: readonly D[], text?: (document: D) => string): ReadDocument<D>[] {
  return readList('documents', documents, 'an array of documents', (document, what) => ({
    document,
    text: documentText(document, what, text),
  }));
}

function readList<T, R>(
  what: string,
  list: readonly T[],
  expected: string,
  read: (item: T, what: string) => R,
): R[] {
  if (!isArray(list)) return fail(what, list, expected);
  const length = guard(what, () => list.length);
  const items: R[] = [];
  for (let index = 0; index < length; index++) {
    const name = `${what}[${index}]`;
    // A hole of a sparse array reads as undefined, which no item may be.
    const item = guard(name, () => list[index]) as T;
    items.push(read(item, name));
  }
  return items;
}
