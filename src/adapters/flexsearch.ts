import type { Awaitable, RerankerSource, WrapSearchOptions } from '../search/index.js';
import { wrapSearch } from '../search/index.js';

/** A hit of a FlexSearch Document with `enrich` and `merge`. */
export interface FlexSearchHit<Doc> {
  /** The id of the document. */
  id: string | number;
  /** The document as it is stored. */
  doc: Doc;
  /** The fields in which it was found. */
  field?: string[];
}

/** What is used of a FlexSearch Document. */
export interface FlexSearchIndex {
  /** Searches; a promise where the index is in a worker or a database. */
  search(query: string, options: { enrich: true; merge: true; suggest: boolean; limit: number }): unknown;
}

/** Options of {@link rerankFlexSearch}. */
export interface RerankFlexSearchOptions<Doc> extends Omit<
  WrapSearchOptions<FlexSearchHit<Doc>, [query: string, options?: object]>,
  'text'
> {
  /** The text of a stored document. */
  text: (document: Doc) => string;
}

/** FlexSearch gives 100 hits when it is not told how many. */
const LIMIT = 100;

/**
 * Re-ranks what a FlexSearch Document finds. The index must keep its documents (`store: true`, or the fields that `text` reads). It is
 * searched with `enrich` and `merge`, so that each document comes once, and with `suggest`, so that a question also finds what has not
 * all of its words; `options` of a search may say otherwise.
 *
 * @param index - a Document of FlexSearch 0.8, in the page, in a worker or in a database
 * @param reranker - a reranker, a promise of one, or a function that makes one at the first search
 * @param options - `text` gives the text of a stored document; the others are those of {@link wrapSearch}
 * @returns `index.search` with a promise of the merged hits in their new order
 * @throws RerankError `invalid-input` for a wrong option
 * @example
 * const search = rerankFlexSearch(index, () => createReranker(), { text: (page: Page) => `${page.title}. ${page.body}` });
 * for (const { doc } of await search('reset password')) show(doc.title);
 */
export function rerankFlexSearch<Doc>(
  index: FlexSearchIndex,
  reranker: RerankerSource,
  { text, ...options }: RerankFlexSearchOptions<Doc>,
): (query: string, options?: object) => Promise<FlexSearchHit<Doc>[]> {
  const search = (query: string, given?: object) => {
    const found = index.search(query, { limit: LIMIT, suggest: true, ...given, enrich: true, merge: true });
    return found as Awaitable<FlexSearchHit<Doc>[]>; // what enrich and merge give; the package's own types say so only for its classes
  };
  return wrapSearch(search, reranker, { ...options, text: ({ doc }) => text(doc) });
}
