/** A record as Algolia would keep it. */
export interface AlgoliaRecord extends Record<string, unknown> {
  objectID: string;
}

/** A request as clients send it over the network: its parameters are a query string or lie beside `indexName`. */
export type SentRequest = Record<string, unknown>;

/**
 * What Algolia's servers do, as far as clients notice: pages, counts, facets. Records match when they contain every word of the query.
 * @param body - what a client sends to `/1/indexes/*\/queries`
 */
export function answerQueries(records: readonly AlgoliaRecord[], body: { requests: SentRequest[] }) {
  return { results: body.requests.map((request) => answer(records, request)) };
}

function answer(records: readonly AlgoliaRecord[], request: SentRequest) {
  const sent =
    typeof request.params === 'string' ? Object.fromEntries(new URLSearchParams(request.params)) : {};
  const { query = '', ...params } = { ...request, ...sent } as Record<string, unknown>;
  const [page, size] = [Number(params.page ?? 0), Number(params.hitsPerPage ?? 20)];
  const words = String(query).toLowerCase().split(/\s+/u).filter(Boolean);
  const found = records.filter((record) => {
    const text = JSON.stringify(record).toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (request.type === 'facet') return { facetHits: [{ value: 'a', highlighted: 'a', count: found.length }] };
  return {
    hits: found.slice(page * size, (page + 1) * size),
    nbHits: found.length,
    nbPages: size === 0 ? 0 : Math.ceil(Math.min(found.length, 1_000) / size),
    page,
    hitsPerPage: size,
    query,
    params: '',
    index: request.indexName,
    processingTimeMS: 1,
    exhaustiveNbHits: true,
  };
}
