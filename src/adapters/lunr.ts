import type { RerankerSource, WrapSearchOptions } from '../search/index.js';
import { wrapSearch } from '../search/index.js';

/** A hit of Lunr. */
export interface LunrHit {
  /** The id of the document. */
  ref: string;
  /** Lunr's own score. */
  score: number;
}

/** What is used of a Lunr index. */
export interface LunrIndex<Hit extends LunrHit> {
  /** Searches. */
  search(query: string): Hit[];
}

/** Options of {@link rerankLunr}. */
export interface RerankLunrOptions<Document, Hit extends LunrHit> extends Omit<
  WrapSearchOptions<Hit & { document: Document }, [query: string]>,
  'text'
> {
  /** The id of a document, as the index has it: its `ref`. */
  ref: (document: Document) => string | number;
  /** The text of a document. */
  text: (document: Document) => string;
}

/**
 * Re-ranks what Lunr finds. Lunr keeps no texts and gives only a `ref` for a hit, so the documents are kept here beside the index; each
 * hit has its document as `document`.
 *
 * @param index - an index of Lunr 2.3
 * @param documents - what was indexed, in any order; one that the index does not know is not looked at
 * @param reranker - a reranker, a promise of one, or a function that makes one at the first search
 * @param options - `ref` and `text` of a document; the others are those of {@link wrapSearch}
 * @returns `index.search`, with a promise of the hits in their new order. A hit whose document is not there is left out.
 * @throws RerankError `invalid-input` for a wrong option
 * @example
 * const search = rerankLunr(index, pages, () => createReranker(), { ref: (page) => page.url, text: (page) => page.body });
 * for (const { document } of await search('reset password')) show(document.title);
 */
export function rerankLunr<Document, Hit extends LunrHit>(
  index: LunrIndex<Hit>,
  documents: Iterable<Document>,
  reranker: RerankerSource,
  { ref, text, ...options }: RerankLunrOptions<Document, Hit>,
): (query: string) => Promise<(Hit & { document: Document })[]> {
  const byRef = new Map<string, Document>();
  for (const document of documents) byRef.set(String(ref(document)), document);
  const search = (query: string) =>
    index.search(query).flatMap((hit) => {
      const document = byRef.get(hit.ref);
      return document === undefined ? [] : [{ ...hit, document }];
    });
  return wrapSearch(search, reranker, { ...options, text: ({ document }) => text(document) });
}
