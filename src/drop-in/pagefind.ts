import {
  PAGEFIND_CANDIDATES,
  reorderAnswer,
  wrapPagefind,
  type PagefindModule,
  type PagefindOrder,
  type PagefindResult,
} from '../adapters/pagefind-answer.js';
import { pagefindText } from '../adapters/pagefind-text.js';
import type { ShownOrder } from './shown-order.js';
import { watchPagefindWorkers } from './pagefind-worker.js';

/** How Pagefind is served by the tag. */
export interface PagefindEngine {
  /** For pages on which Pagefind has no worker: wraps its module. */
  wrap<Module extends PagefindModule>(pagefind: Module): Module;
  /** Ends it. */
  stop(): void;
}

/** Results with their pages' texts. */
export const textOfPage = async (result: PagefindResult): Promise<string> =>
  pagefindText(await result.data());

export { PAGEFIND_CANDIDATES };

/**
 * Finds Pagefind by itself, whichever of its surfaces the page uses: module, Default UI, Component UI, or another site generator's.
 *
 * @param shown - gives each answer its order
 * @param onSearch - told that the page searches; says whether its results may be re-ranked
 * @param tell - told what the owner should know
 */
export function attachPagefind(
  shown: ShownOrder<PagefindResult>,
  onSearch: () => boolean,
  tell: (message: string) => void,
): PagefindEngine {
  const order: PagefindOrder = async ({ query, options, results }) => {
    const key = JSON.stringify([query, options?.filters ?? {}]);
    return [...(await shown.order({ key, query, hits: results }))];
  };
  const stop = watchPagefindWorkers(
    (search) => (onSearch() ? reorderAnswer(search, order) : Promise.resolve(search.answer)),
    tell,
  );
  return {
    wrap: (pagefind) =>
      wrapPagefind(pagefind, (found) => (onSearch() ? order(found) : Promise.resolve(found.results))),
    stop,
  };
}
