import type { RerankError } from '../errors.js';
import { FUNCTION, MILLISECONDS, readOptions, wholeNumber, type Kind, type Kinds } from '../kinds.js';
import type { RankOptions } from '../types.js';

/**
 * Options of `rank` that a search passes on as they are: blending with the engine's own order, the depth, a prompt and the like.
 * What the search sets by itself is left out.
 */
export type SearchRankOptions = Omit<RankOptions<string>, 'signal' | 'onPartial' | 'topK' | 'text'>;

/** A value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;

/** How the results of a search are put into a new order. */
export interface ReorderOptions<Hit> {
  /**
   * The text of a hit that is compared with the query: what a reader would judge it by, such as title and passage. It may be a promise,
   * and is asked for the candidates only.
   * @default the hit itself where it is a string, else its `text`; a hit without either leaves the keyword order, and the problem
   *   names the keys that it has
   */
  text?: ((hit: Hit) => Awaitable<string>) | undefined;
  /**
   * How many of the first results are re-ranked, 1 or more. Results behind them keep their places.
   * @default 50
   */
  candidates?: number | undefined;
  /**
   * How many results to give at most, 1 or more.
   * @default all that the search found
   */
  topK?: number | undefined;
  /**
   * Milliseconds that the new order may take, with the loading of the reranker where that is still under way; `Infinity`: any time.
   * Afterwards the keyword order stays. Loading goes on meanwhile, so that a later query finds the reranker ready.
   * @default 10,000
   */
  patience?: number | undefined;
  /**
   * Options for `rank`, or a function that gives them for a query and its candidates. With the function the engine's own scores can
   * count, too: `(query, candidates) => ({ prior: { scores: candidates.map((hit) => hit.score), weight: 0.3 } })`.
   * With `minScore` only results that were ranked are given, those behind the candidates are not.
   * @default the options that `rank` has by itself
   */
  rank?: SearchRankOptions | ((query: string, candidates: readonly Hit[]) => SearchRankOptions) | undefined;
  /**
   * Told why the keyword order stays: the reranker failed, or it took longer than `patience`. Told once, and again only after a
   * ranking that went well in between.
   *
   * A reranker that failed is left alone for 5 seconds, after each further failure in a row twice as long, up to 5 minutes; the
   * searches meanwhile give the keyword order at once. One that is still loading is not left alone: the next query waits for it anew.
   * @default one `console.warn`
   */
  onProblem?: ((problem: RerankError) => void) | undefined;
}

/** An object or a function; what it can do shows when the reranker is first needed. */
export const SOURCE: Kind = {
  is: (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
  expected: 'a reranker, a promise of one, or a function that makes one',
};

const OPTIONS_OR_FUNCTION: Kind = {
  is: (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
  expected: 'an object with options of rank, or a function that gives one',
};

/** The kinds of {@link ReorderOptions}. */
export const REORDER: Kinds<ReorderOptions<unknown>> = {
  text: FUNCTION,
  candidates: wholeNumber(1),
  topK: wholeNumber(1),
  patience: MILLISECONDS,
  rank: OPTIONS_OR_FUNCTION,
  onProblem: FUNCTION,
};

/** Reads the options of an adapter. @throws RerankError `invalid-input` naming the first wrong one */
export function readReorderOptions<Hit>(call: string, options: ReorderOptions<Hit>): ReorderOptions<Hit> {
  return readOptions(call, options, REORDER as Kinds<ReorderOptions<Hit>>); // a kind looks at no hit
}
