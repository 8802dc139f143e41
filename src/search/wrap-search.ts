import { FLAG, FUNCTION, readOptions, type Kinds } from '../kinds.js';
import { REORDER, type Awaitable, type ReorderOptions } from './options.js';
import { searchRelaxed } from './relax.js';
import { Reordering } from './reordering.js';
import type { RerankerSource } from './reranker-source.js';

/** Options of {@link wrapSearch}. */
export interface WrapSearchOptions<
  Hit,
  Args extends readonly unknown[] = readonly unknown[],
> extends ReorderOptions<Hit> {
  /**
   * Says, for the arguments of a search, whether its results may be re-ranked; where not, they are given as they came. For searches
   * whose order the visitor chose himself (by date, by price).
   * @default every search
   */
  when?: ((...args: Args) => boolean) | undefined;
  /**
   * True for a box that is typed into: a new search ends the ranking of the one before, which then gives its keyword order. False lets
   * searches rank beside each other, as a server's do.
   * @default false
   */
  latestOnly?: boolean | undefined;
  /**
   * Search again with fewer words when nothing is found, for engines that want every word to be there: the longest words that find
   * something together are kept, which takes up to eight searches. The order is still by the whole query.
   * @default false
   */
  relax?: boolean | undefined;
}

const KINDS: Kinds<WrapSearchOptions<unknown>> = {
  ...REORDER,
  when: FUNCTION,
  latestOnly: FLAG,
  relax: FLAG,
};

/**
 * Makes of any search one that re-ranks what it finds. It is called as the search itself is, and gives a promise of the results in
 * their new order. Where the reranker fails or takes longer than `patience`, it gives them in the order they came in.
 *
 * @param search - takes the query first, and anything after it
 * @param reranker - a reranker, a promise of one, or a function that makes one at the first search; it is not disposed here
 * @throws RerankError `invalid-input` for a wrong option, at once; the search that is given throws what `search` throws, and nothing else
 * @example
 * const search = wrapSearch((query) => index.search(query), () => createReranker(), { text: (hit) => hit.body });
 * const results = await search('how do I reset my password');
 */
export function wrapSearch<Hit, Args extends readonly [query: string, ...rest: unknown[]]>(
  search: (...args: Args) => Awaitable<readonly Hit[]>,
  reranker: RerankerSource,
  options: WrapSearchOptions<Hit, Args> = {},
): (...args: Args) => Promise<Hit[]> {
  const read = readOptions('wrapSearch', options, KINDS as Kinds<WrapSearchOptions<Hit, Args>>);
  const { when = () => true, latestOnly = false, relax = false, ...reorder } = read;
  const reordering = new Reordering(reranker, reorder, latestOnly);
  return async (...args) => {
    const [query, ...rest] = args;
    // The arguments are the caller's own, with fewer words in the first.
    const withWords = (words: string) => search(...([words, ...rest] as unknown as Args));
    const found = relax ? (await searchRelaxed(query, withWords)).hits : await search(...args);
    return when(...args) ? reordering.orderOrKeep(query, found) : [...found];
  };
}
