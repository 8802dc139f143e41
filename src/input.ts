import { RerankError } from './errors.js';
import type {
  Activation,
  Depth,
  Overflow,
  Pair,
  PredictOptions,
  RankDocument,
  RankOptions,
  RerankerOptions,
} from './types.js';

/** What an adaptive ranking returns unless told otherwise. */
const ADAPTIVE_TOP_K = 10;

/** 64 MiB, for all workers together. */
const KEPT_PASSAGE_BYTES = 64 * 2 ** 20;

/** Checks what `predict` is given. @throws RerankError `invalid-input` naming the first wrong pair */
export function checkPairs(pairs: readonly Pair[]): void {
  if (!Array.isArray(pairs)) fail('pairs', pairs, 'an array of [query, passage]');
  pairs.forEach((pair: unknown, index) => {
    const right = Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === 'string');
    if (!right) fail(`pairs[${index}]`, pair, 'two strings, [query, passage]');
  });
}

/** Checks what `rank` is given and takes the texts out. @throws RerankError `invalid-input` naming the first wrong document */
export function readDocuments(query: string, documents: readonly RankDocument[]): string[] {
  if (typeof query !== 'string') fail('query', query, 'a string');
  if (!Array.isArray(documents))
    fail('documents', documents, 'an array of strings or of objects with a text');
  return documents.map((document: RankDocument, index) => {
    // Callers without types can pass anything here.
    const text: unknown =
      typeof document === 'string' ? document : (document as { text?: unknown } | null)?.text;
    return typeof text === 'string'
      ? text
      : fail(`documents[${index}]`, document, 'a string or an object with a text');
  });
}

/** Defaults filled in. */
export interface ResolvedPredictOptions {
  /** What to do with long passages. */
  overflow: Overflow;
  /** Share of a window that the next repeats. */
  windowOverlap: number;
}

/** Checks the options of `predict`. @throws RerankError `invalid-input` */
export function resolvePredictOptions({
  overflow = 'truncate',
  windowOverlap = 0.25,
}: PredictOptions): ResolvedPredictOptions {
  if (!['truncate', 'window'].includes(overflow)) fail('overflow', overflow, '"truncate" or "window"');
  if (!(windowOverlap >= 0 && windowOverlap <= 0.9))
    fail('windowOverlap', windowOverlap, 'a number from 0 to 0.9');
  return { overflow, windowOverlap };
}

/** Defaults filled in. */
export interface ResolvedRankOptions {
  /** How many to return; undefined: all. */
  topK: number | undefined;
  /** What is done to the logit. */
  activation: Activation;
  /** Whether passages may be left out early. */
  depth: Depth;
}

/** Checks the options of `rank`. @throws RerankError `invalid-input` */
export function resolveRankOptions<D extends RankDocument>(
  { depth = 'full', topK = depth === 'adaptive' ? ADAPTIVE_TOP_K : undefined, activation }: RankOptions<D>,
  fallback: Activation,
): ResolvedRankOptions {
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1))
    fail('topK', topK, 'a whole number of 1 or more');
  if (activation !== undefined && !['identity', 'sigmoid'].includes(activation)) {
    fail('activation', activation, '"identity" or "sigmoid"');
  }
  if (!['full', 'adaptive'].includes(depth)) fail('depth', depth, '"full" or "adaptive"');
  return { topK, activation: activation ?? fallback, depth };
}

/** Checks the memory for passages. @returns bytes for all workers together @throws RerankError `invalid-input` */
export function resolveKeptBytes({ keptPassageBytes = KEPT_PASSAGE_BYTES }: RerankerOptions): number {
  if (!(Number.isInteger(keptPassageBytes) && keptPassageBytes >= 0))
    fail('keptPassageBytes', keptPassageBytes, 'a whole number of bytes, 0 or more');
  return keptPassageBytes;
}

/** Checks the option of that name; the model's own limits come later. @throws RerankError `invalid-input` */
export function checkMaxLength(value: number | undefined): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= 1))
    fail('maxLength', value, 'a whole number of tokens, 1 or more');
}

/** The longest that timers can wait: about 24 days. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Checks the option of that name. @throws RerankError `invalid-input` */
export function checkIdleTimeout(value: number | undefined): void {
  if (value !== undefined && !(value > 0 && value <= LONGEST_TIMER)) {
    fail('idleTimeout', value, `milliseconds above 0 and up to ${LONGEST_TIMER}, or nothing for never`);
  }
}

function fail(what: string, value: unknown, expected: string): never {
  throw new RerankError('invalid-input', `${what} is ${describe(value)}; expected ${expected}.`);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));
}
