import type { RerankerSource, WrapSearchOptions } from '../search/index.js';
import { wrapSearch } from '../search/index.js';

/** What is used of a Fuse. */
export interface FuseIndex<Hit, Options> {
  /** Searches. */
  search(query: string, options?: Options): Hit[];
}

/** Options of {@link rerankFuse}. */
export interface RerankFuseOptions<Item, Hit extends { item: Item }, Options> extends Omit<
  WrapSearchOptions<Hit, [query: string, options?: Options]>,
  'text'
> {
  /** The text of an item of the list. */
  text: (item: Hit['item']) => string;
}

/**
 * Re-ranks what Fuse finds: {@link wrapSearch} with `fuse.search` and the text of `hit.item`. Fuse compares the whole query with each
 * item; for questions give it `useTokenSearch: true` (newer versions of Fuse 7), so that it searches word by word.
 *
 * @param fuse - a Fuse of version 7
 * @param reranker - a reranker, a promise of one, or a function that makes one at the first search
 * @param options - `text` gives the text of an item; the others are those of {@link wrapSearch}
 * @returns `fuse.search`, with a promise of the hits in their new order
 * @throws RerankError `invalid-input` for a wrong option
 * @example
 * const search = rerankFuse(fuse, () => createReranker(), { text: (page) => `${page.title}. ${page.body}` });
 */
export function rerankFuse<Item, Hit extends { item: Item }, Options>(
  fuse: FuseIndex<Hit, Options>,
  reranker: RerankerSource,
  { text, ...options }: RerankFuseOptions<Item, Hit, Options>,
): (query: string, options?: Options) => Promise<Hit[]> {
  const search = (query: string, given?: Options) => fuse.search(query, given);
  return wrapSearch(search, reranker, { ...options, text: (hit: Hit) => text(hit.item) });
}
