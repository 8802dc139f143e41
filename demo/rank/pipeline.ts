import type { RankedDocument, Reranker, RerankerInfo, ScoreStats } from '../../src/index.js';
import { passageText, type Passage } from './collection.js';
import { isAbortError } from '../shared/engine.js';
import { KeywordIndex, type Hit, type SearchOptions } from './search.js';

/** The keyword search's answer to a query. */
export interface FirstOrder {
  /** What was asked. */
  readonly query: string;
  /** The collection that the hits point into. */
  readonly passages: readonly Passage[];
  /** The hits, best first. */
  readonly hits: readonly Hit[];
  /** How long the search took, in milliseconds. */
  readonly searchMs: number;
}

/** The cross-encoder's order of the same hits; `index` is a place in {@link FirstOrder.hits}. */
export type SecondOrder = readonly RankedDocument<string>[];

/** What a complete ranking cost, and where. */
export interface Cost {
  /** As the reranker reports it. */
  readonly stats: ScoreStats;
  /** What ran. */
  readonly info: RerankerInfo;
  /** The keyword search before it, in milliseconds. */
  readonly searchMs: number;
}

/** Those who show what the pipeline does. */
export interface PipelineEvents {
  /** The keyword search has answered. */
  onSearch(first: FirstOrder): void;
  /** A part of the hits is ordered anew. */
  onPartial(first: FirstOrder, second: SecondOrder): void;
  /** All hits are ordered anew. */
  onRanked(first: FirstOrder, second: SecondOrder, cost: Cost | undefined): void;
  /** The cross-encoder failed (and was not merely cancelled). */
  onError(error: unknown): void;
}

const DEBOUNCE_MS = 180;

/** From a query to two orders: keyword search at once, then the cross-encoder as soon as the typing rests. */
export class Pipeline {
  readonly #events: PipelineEvents;
  #index = new KeywordIndex([]);
  #options: SearchOptions = { limit: 50, fill: false };
  #query = '';
  #reranker: Reranker | undefined;
  #running: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param events - told about every step. */
  constructor(events: PipelineEvents) {
    this.#events = events;
  }

  /** Takes another collection, or another number of candidates, and answers the query anew. */
  search(passages: readonly Passage[], options: SearchOptions): void {
    if (passages !== this.#index.passages) this.#index = new KeywordIndex(passages);
    this.#options = options;
    this.#run(0);
  }

  /** Takes another query. While somebody types, `rest` waits for a pause before the cross-encoder starts. */
  ask(query: string, { rest = false } = {}): void {
    if (query.trim() === this.#query) return;
    this.#query = query.trim();
    this.#run(rest ? DEBOUNCE_MS : 0);
  }

  /** Ranks with another reranker from now on; `undefined` stops ranking. */
  use(reranker: Reranker | undefined): void {
    this.#reranker = reranker;
    this.#run(0);
  }

  #run(delay: number): void {
    this.#running?.abort();
    clearTimeout(this.#timer);
    const running = new AbortController();
    this.#running = running;
    const start = performance.now();
    const hits = this.#query === '' ? [] : this.#index.search(this.#query, this.#options);
    const searchMs = performance.now() - start;
    const first: FirstOrder = { query: this.#query, passages: this.#index.passages, hits, searchMs };
    this.#events.onSearch(first);
    const reranker = this.#reranker;
    if (reranker === undefined || first.query === '') return;
    this.#timer = setTimeout(() => void this.#rank(reranker, first, running.signal), delay);
  }

  async #rank(reranker: Reranker, first: FirstOrder, signal: AbortSignal): Promise<void> {
    const texts = first.hits.map(({ index }) => {
      const passage = first.passages[index];
      return passage === undefined ? '' : passageText(passage);
    });
    let cost: Cost | undefined;
    try {
      const second = await reranker.rank(first.query, texts, {
        signal,
        overflow: 'window',
        onPartial: (ranking) => {
          if (!signal.aborted) this.#events.onPartial(first, ranking);
        },
        onStats: (stats) => {
          cost = { stats, info: reranker.info, searchMs: first.searchMs };
        },
      });
      if (!signal.aborted) this.#events.onRanked(first, second, cost);
    } catch (error) {
      if (!signal.aborted && !isAbortError(error)) this.#events.onError(error);
    }
  }
}
