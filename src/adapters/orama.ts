import type { AnyOrama, OramaPluginSync, Result, Results, SearchParams, TypedDocument } from '@orama/orama';
import type { RerankerSource } from '../search/reranker-source.js';
import { readReorderOptions, type ReorderOptions } from '../search/options.js';
import { Reordering } from '../search/reordering.js';
import { fail, FUNCTION } from '../kinds.js';

/** A page of hits, as a search asks for it. */
interface Page {
  limit: number | undefined;
  offset: number | undefined;
  /** Searches under way with these parameters. */
  open: number;
}

/** Options of {@link rerankOrama}. */
export interface RerankOramaOptions<Document> extends Omit<
  ReorderOptions<Result<Document>>,
  'text' | 'topK'
> {
  /** The text of a document, as the schema has it. */
  text: (document: Document) => string;
  /**
   * True for a box that is typed into: a new search ends the ranking of the one before, which then gives its own order.
   * @default false
   */
  latestOnly?: boolean | undefined;
}

const ORAMA_LIMIT = 10;
const CANDIDATES = 50;

/**
 * A plugin for Orama that re-ranks full-text, vector and hybrid searches with a `term`. It has Orama find as many hits as are re-ranked,
 * and gives those of the page that was asked for (`offset`, `limit`); pages behind the candidates keep Orama's order, and so do searches
 * with `sortBy`.
 *
 * Orama reads the limit from the caller's own object; it is raised there for the length of the search and put back afterwards.
 *
 * @param reranker - a reranker, a promise of one, or a function that makes one at the first search
 * @param options - `text` gives the text of a document; the others say how to re-rank
 * @throws RerankError `invalid-input` for a wrong option
 * @example
 * const db = create({ schema, plugins: [rerankOrama(() => createReranker(), { text: (page) => page.body })] });
 * const { hits } = await search(db, { term: 'reset password' });
 */
export function rerankOrama<Document = Readonly<Record<string, unknown>>>(
  reranker: RerankerSource,
  options: RerankOramaOptions<Document>,
): OramaPluginSync {
  const { text, latestOnly = false, ...rest } = options;
  if (typeof text !== 'function') fail('text', text, FUNCTION.expected);
  const read = readReorderOptions<Result<Document>>('rerankOrama', {
    ...rest,
    text: (hit) => text(hit.document),
  });
  const { candidates = CANDIDATES } = read;
  const reordering = new Reordering(reranker, read, latestOnly);
  const pages = new WeakMap<object, Page>();

  return {
    name: 'browser-reranker',
    beforeSearch<T extends AnyOrama>(_db: T, params: SearchParams<T>) {
      const page = pages.get(params);
      if (page && page.open > 0) page.open++;
      else if (mayRank(params, candidates)) {
        pages.set(params, { limit: params.limit, offset: params.offset, open: 1 });
        params.limit = candidates;
        params.offset = 0;
      }
    },
    // Orama waits only for what was written as an async function.
    async afterSearch<T extends AnyOrama>(
      _db: T,
      params: SearchParams<T>,
      _language: string | undefined,
      results: Results<TypedDocument<T>>,
    ) {
      const page = pages.get(params);
      if (!page || page.open === 0) return;
      if (--page.open === 0) putBack(params, page);
      // The documents are those of the schema that the caller has written `text` for.
      const hits = results.hits as Result<unknown>[] as Result<Document>[];
      const ordered = await reordering.orderOrKeep(termOf(params), hits);
      const { limit = ORAMA_LIMIT, offset = 0 } = page;
      results.hits = ordered.slice(offset, offset + limit) as Result<unknown>[] as typeof results.hits;
    },
  };
}

function mayRank<T extends AnyOrama>(params: SearchParams<T>, candidates: number): boolean {
  const { limit = ORAMA_LIMIT, offset = 0 } = params;
  const sorted = 'sortBy' in params && params.sortBy !== undefined;
  const preflight = 'preflight' in params && params.preflight === true;
  return termOf(params).trim() !== '' && offset + limit <= candidates && !sorted && !preflight;
}

function termOf(params: object): string {
  return 'term' in params && typeof params.term === 'string' ? params.term : '';
}

function putBack(params: { limit?: number; offset?: number }, { limit, offset }: Page): void {
  if (limit === undefined) delete params.limit;
  else params.limit = limit;
  if (offset === undefined) delete params.offset;
  else params.offset = offset;
}
