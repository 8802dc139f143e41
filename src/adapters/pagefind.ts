import { FUNCTION, readOptions, type Kinds } from '../kinds.js';
import { REORDER, type ReorderOptions } from '../search/options.js';
import { Reordering } from '../search/reordering.js';
import type { RerankerSource } from '../search/reranker-source.js';
import {
  PAGEFIND_CANDIDATES,
  wrapPagefind,
  type PagefindModule,
  type PagefindResult,
} from './pagefind-answer.js';
import { pagefindText, type PagefindPage } from './pagefind-text.js';

export type {
  PagefindAnswer,
  PagefindModule,
  PagefindResult,
  PagefindSearchOptions,
} from './pagefind-answer.js';
export { pagefindText, type PagefindLocation, type PagefindPage } from './pagefind-text.js';

/** Options of {@link rerankPagefind}. */
export interface RerankPagefindOptions extends Omit<ReorderOptions<PagefindResult>, 'text' | 'topK'> {
  /**
   * The text of a page that is compared with the query.
   * @default {@link pagefindText}: its title, and the 120 words in which the query's words stand densest
   */
  text?: ((page: PagefindPage) => string) | undefined;
}

const { text: _text, topK: _topK, ...KINDS_OF_ORDER } = REORDER;
const KINDS: Kinds<RerankPagefindOptions> = { ...(KINDS_OF_ORDER as typeof REORDER), text: FUNCTION };

/**
 * Wraps Pagefind's module: `search`, `debouncedSearch` and `createInstance` give the same answers with their results in the new order.
 * Pagefind wants every word to be on
 * the page; a search that finds nothing is tried again with single words. Results that the
 * visitor sorts, and searches without a query, are left alone, and so is everything else that the module has.
 *
 * @param pagefind - the module, as `await import('/pagefind/pagefind.js')` gives it (1.4 to 1.6 were tried), or one of its instances
 * @param reranker - a reranker, a promise of one, or a function that makes one at the first search; it is not disposed here
 * @returns an object like `pagefind`. Its searches throw what Pagefind's own throw, and nothing else: where the reranker fails or takes
 *   longer than `patience`, the results keep Pagefind's order
 * @throws RerankError `invalid-input` for a wrong option
 * @example
 * const pagefind = rerankPagefind(await import('/pagefind/pagefind.js'), () => createReranker({ model: 'minilm-l6-rerank-en' }));
 * const { results } = await pagefind.search('how do I reset my password');
 */
export function rerankPagefind<Module extends PagefindModule>(
  pagefind: Module,
  reranker: RerankerSource,
  options: RerankPagefindOptions = {},
): Module {
  const { text = pagefindText, ...order } = readOptions('rerankPagefind', options, KINDS);
  const textOf = async (result: PagefindResult) => text(await result.data());
  const reordering = new Reordering(
    reranker,
    { candidates: PAGEFIND_CANDIDATES, ...order, text: textOf },
    true,
  );
  return wrapPagefind(
    pagefind,
    async ({ query, results }) => (await reordering.order(query, results)) ?? results,
  );
}
