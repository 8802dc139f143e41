import type { RerankError } from '../errors.js';
import type { Awaitable, ReorderOptions } from './options.js';
import type { RerankerSource } from './reranker-source.js';

/** Options of {@link createSearchSession}. */
export interface SearchSessionOptions<Hit> extends ReorderOptions<Hit> {
  /**
   * The site's own search. What it sorts, filters or leaves out by itself stays so: only the order of what it gives is changed.
   * `signal` is aborted when a newer query has come.
   */
  search: (query: string, call: { signal: AbortSignal }) => Awaitable<readonly Hit[]>;
  /** A reranker, a promise of one, or a function that makes one at the first query or {@link SearchSession.prepare}. */
  reranker: RerankerSource;
  /**
   * Says whether the results of a query may be re-ranked; where not, they stay as they came. For a list that the visitor sorted himself
   * (by date, by price).
   * @default always
   */
  when?: ((query: string) => boolean) | undefined;
  /**
   * Milliseconds without a new query before ranking begins, so that no ranking is begun for half a word. Keyword results do not wait.
   * 0: at once.
   * @default 200
   */
  debounce?: number | undefined;
  /**
   * Milliseconds without a new query before the site's own search is asked, for a search that costs a request. 0: at once.
   * @default 0
   */
  searchDebounce?: number | undefined;
  /**
   * Show the order so far after each batch: what is ranked in front, the rest behind in keyword order.
   * @default false: one change, from the keyword order to the final one
   */
  partial?: boolean | undefined;
  /**
   * Search again with fewer words when nothing is found, for engines that want every word to be there (Pagefind): the longest words
   * that find something together are kept, which takes up to eight searches. The order is still by the whole query.
   * @default false
   */
  relax?: boolean | undefined;
}

/** What a search session shows at a moment. An object that never changes; a new state is a new object. */
export interface SearchSnapshot<Hit> {
  /** The query that `results` answer. */
  readonly query: string;
  /** The query that was asked for last; another than `query` while its results are on their way. */
  readonly asked: string;
  /** The words that the engine was asked for: `query`, or fewer with the option `relax`. */
  readonly searched: string;
  /** What to show, in this order. */
  readonly results: readonly Hit[];
  /** How `results` stand: as the site's own search gave them, with what is ranked so far in front (`partial`), or re-ranked. */
  readonly order: 'keyword' | 'partial' | 'reranked';
  /**
   * What is under way: nothing (`idle`); the site's own search (`searching`); a pause in typing or a reranker that is not loaded yet is
   * waited for, with the keyword results shown (`waiting`); or the order is computed (`ranking`).
   */
  readonly status: 'idle' | 'searching' | 'waiting' | 'ranking';
  /** Why the keyword order stayed, when the reranker failed or was too slow the last time. */
  readonly problem: RerankError | undefined;
  /** What the site's own search threw for `asked`; `results` are then those of the query before. */
  readonly error: unknown;
}

/** A search box that is typed into: keyword results at once, then the re-ranked order, for the latest query only. */
export interface SearchSession<Hit> {
  /** Asks for a query, on every key; the same query again is nothing new. What becomes of it is told to the listeners. */
  readonly setQuery: (query: string) => void;
  /**
   * As `setQuery`, and waits.
   * @returns the snapshot with the final order
   * @throws an `AbortError` when a newer query came first; what the site's own search throws
   */
  readonly search: (query: string) => Promise<SearchSnapshot<Hit>>;
  /** Searches for the latest query again, when what the site filters or sorts by has changed. */
  readonly refresh: () => void;
  /** Begins to load the reranker: call it at the first sign that the visitor means to search, such as focus. Never throws. */
  readonly prepare: () => void;
  /**
   * Calls a listener with the current snapshot, at once and whenever there is a new one. What it throws is an uncaught error, as from an
   * event listener. So the session is a Svelte store, and React's `useSyncExternalStore` takes `subscribe` and `getSnapshot` as they are.
   * @returns a function that ends it
   */
  readonly subscribe: (listener: (snapshot: SearchSnapshot<Hit>) => void) => () => void;
  /** The current snapshot: the same object until something changes. */
  readonly getSnapshot: () => SearchSnapshot<Hit>;
  /**
   * Ends what is under way and forgets the listeners. The reranker stays: who made it disposes it. A session holds nothing else, so
   * it may be used again (React's StrictMode does).
   */
  readonly dispose: () => void;
}
