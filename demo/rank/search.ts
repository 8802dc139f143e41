import MiniSearch from 'minisearch';
import { passageText, type Passage } from './collection.js';

/** A passage that the keyword search found. */
export interface Hit {
  /** Its position in the collection. */
  readonly index: number;
  /** Its BM25 score; 0 when it shares no word with the query. */
  readonly score: number;
  /** The words that it shares with the query. */
  readonly terms: readonly string[];
}

/** Options of {@link KeywordIndex.search}. */
export interface SearchOptions {
  /** How many hits to return at most. */
  readonly limit: number;
  /** Whether passages that share no word follow the others, in their own order, until the limit. */
  readonly fill: boolean;
}

/** A BM25 index in memory over the passages of a collection. */
export class KeywordIndex {
  /** What was indexed. */
  readonly passages: readonly Passage[];
  readonly #index = new MiniSearch<{ id: number; text: string }>({ fields: ['text'] });

  /** @param passages - what is searched. */
  constructor(passages: readonly Passage[]) {
    this.passages = passages;
    this.#index.addAll(passages.map((passage, id) => ({ id, text: passageText(passage) })));
  }

  /** The best passages for a query, best first. */
  search(query: string, { limit, fill }: SearchOptions): Hit[] {
    const hits: Hit[] = this.#index
      .search(query)
      .slice(0, limit)
      .map(({ id, score, terms }) => ({ index: Number(id), score, terms }));
    if (!fill || hits.length >= limit) return hits;
    const found = new Set(hits.map((hit) => hit.index));
    const rest = [...this.passages.keys()].filter((index) => !found.has(index));
    return [...hits, ...rest.slice(0, limit - hits.length).map((index) => ({ index, score: 0, terms: [] }))];
  }
}
