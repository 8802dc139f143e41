type Fields = Readonly<Record<string, unknown>>;

/** A search for one index, in either of the two shapes that Algolia's clients take: parameters beside `indexName`, or in `params`. */
export type AlgoliaRequest = Fields;

/** What Algolia answers to one request. */
export interface AlgoliaAnswer extends Fields {
  /** What was found; absent from searches for facet values. */
  hits?: Fields[];
}

/** Which hits a request asks for. */
export interface AskedPage {
  /** Its query. */
  query: string;
  /** The page, from 0. */
  page: number;
  /** Hits on a page, where the request says so; else the index's own settings count. */
  size: number | undefined;
}

function paramsOf(request: AlgoliaRequest): Fields {
  return isFields(request.params) ? request.params : request;
}

/**
 * The page that a request asks for.
 * @returns undefined for a request whose answer is not to be re-ranked: for facet values, for no hits, without a query, or with `offset`
 */
export function askedPage(request: AlgoliaRequest): AskedPage | undefined {
  const { query = '', page = 0, hitsPerPage, offset, length } = paramsOf(request);
  const unusual =
    request.type === 'facet' || offset !== undefined || length !== undefined || hitsPerPage === 0;
  if (unusual || typeof query !== 'string' || query.trim() === '' || typeof page !== 'number')
    return undefined;
  return { query, page, size: typeof hitsPerPage === 'number' ? hitsPerPage : undefined };
}

/** The request for the first page with so many hits; the request that is given stays as it is. */
export function firstPage(request: AlgoliaRequest, hitsPerPage: number): AlgoliaRequest {
  const change = { page: 0, hitsPerPage };
  return isFields(request.params)
    ? { ...request, params: { ...request.params, ...change } }
    : { ...request, ...change };
}

/** The answer for a page, made of the answer for the first `taken` hits. */
export function cutPage(
  answer: AlgoliaAnswer,
  hits: readonly Fields[],
  { page, size, taken }: { page: number; size: number; taken: number },
): AlgoliaAnswer {
  const { nbHits, nbPages } = answer;
  // Algolia gives pages up to a limit of the index (1,000 hits at first), so what it counts here goes beside what it found.
  const found = typeof nbHits === 'number' ? nbHits : hits.length;
  const reachable = typeof nbPages === 'number' ? Math.min(found, nbPages * taken) : found;
  return {
    ...answer,
    hits: hits.slice(page * size, (page + 1) * size),
    page,
    hitsPerPage: size,
    nbPages: Math.ceil(reachable / size),
  };
}

/** Whether a value is an object with fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
