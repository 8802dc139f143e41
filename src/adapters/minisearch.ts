import type { RerankerSource, WrapSearchOptions } from '../search/index.js';
import { wrapSearch } from '../search/index.js';

/** What is used of a MiniSearch index. */
export interface MiniSearchIndex<Hit, Options> {
  /** Searches. */
  search(query: string, options?: Options): Hit[];
}

/**
 * Re-ranks what a MiniSearch index finds: {@link wrapSearch} with `index.search`. The fields that `text` reads must be among the index's
 * `storeFields`.
 *
 * @param index - a MiniSearch of version 7
 * @param reranker - a reranker, a promise of one, or a function that makes one at the first search
 * @param options - `text` gives the text of a hit; the others are those of {@link wrapSearch}
 * @returns `index.search`, with a promise of the hits in their new order
 * @throws RerankError `invalid-input` for a wrong option
 * @example
 * const search = rerankMiniSearch(index, () => createReranker(), { text: (hit) => `${hit.title}. ${hit.body}` });
 * const hits = await search('how do I reset my password', { prefix: true });
 */
export function rerankMiniSearch<Hit, Options>(
  index: MiniSearchIndex<Hit, Options>,
  reranker: RerankerSource,
  options: WrapSearchOptions<Hit, [query: string, options?: Options]>,
): (query: string, options?: Options) => Promise<Hit[]> {
  return wrapSearch((query: string, given?: Options) => index.search(query, given), reranker, options);
}
