import { fail, FLAG, FUNCTION } from '../kinds.js';
import { readReorderOptions, type ReorderOptions } from '../search/options.js';
import { Reordering } from '../search/reordering.js';
import type { RerankerSource } from '../search/reranker-source.js';
import {
  askedPage,
  cutPage,
  firstPage,
  isFields,
  type AlgoliaAnswer,
  type AlgoliaRequest,
} from './algolia-page.js';

/** What is used of a search client: `algoliasearch` 5 or its lite client, or anything with the same `search`. */
export interface AlgoliaClient {
  /** Searches; one answer a request, in `results`. */
  search: (requests: never, ...rest: never[]) => PromiseLike<unknown>;
}

/** Options of {@link rerankAlgolia}. */
export interface RerankAlgoliaOptions<Hit> extends Omit<ReorderOptions<Hit>, 'topK'> {
  /**
   * Says whether the answer to a request may be re-ranked. For replica indices whose order the visitor chose (by date, by price).
   * @default every request for hits with a query
   */
  when?: ((request: Readonly<Record<string, unknown>>) => boolean) | undefined;
  /**
   * True for a box that is typed into: a new search ends the ranking of the one before, which then gives Algolia's order.
   * @default true
   */
  latestOnly?: boolean | undefined;
}

/** A client's `search`, whichever shape its requests have. */
type Search = (requests: unknown, ...rest: unknown[]) => PromiseLike<unknown>;

const CANDIDATES = 50;

/**
 * Makes of an Algolia client one that re-ranks what it finds, for InstantSearch (`searchClient`), Autocomplete (`getAlgoliaResults`) and
 * DocSearch (`transformSearchClient`).
 *
 * A request that says `hitsPerPage` is sent for the first hits that are re-ranked together, in whole pages, and the page that it asks for
 * is cut from the new order; pages behind them keep Algolia's order. Without `hitsPerPage` in the request, only the hits of the first
 * page change places. Facets, counts and everything else in the answers stay as they are.
 *
 * @param client - is not changed
 * @param reranker - a reranker, a promise of one, or a function that makes one at the first search
 * @param options - `text` gives the text of a hit; for DocSearch {@link docSearchText}
 * @returns a client of the same kind
 * @throws RerankError `invalid-input` for a wrong option
 * @example
 * const searchClient = rerankAlgolia(liteClient(appId, apiKey), () => createReranker(), { text: (hit) => hit.description });
 */
export function rerankAlgolia<Client extends AlgoliaClient, Hit = Readonly<Record<string, unknown>>>(
  client: Client,
  reranker: RerankerSource,
  options: RerankAlgoliaOptions<Hit>,
): Client {
  const { when = () => true, latestOnly = true, ...rest } = options;
  if (typeof when !== 'function') fail('when', when, FUNCTION.expected);
  if (!FLAG.is(latestOnly)) fail('latestOnly', latestOnly, FLAG.expected);
  const read = readReorderOptions<Hit>('rerankAlgolia', rest);
  const reordering = new Reordering(reranker, read, latestOnly);
  let newest = 0;

  const search = async (requests: unknown, ...more: unknown[]): Promise<unknown> => {
    const turn = ++newest;
    const plans = listOf(requests).map((request) => plan(request, read.candidates ?? CANDIDATES, when));
    const answer = await (client.search as Search).call(client, withRequests(requests, plans), ...more);
    if (!isFields(answer) || !Array.isArray(answer.results)) return answer;
    const results: unknown[] = [];
    // One after the other: a new call, not the next request of this one, ends a ranking.
    for (const [index, result] of answer.results.entries()) {
      const planned = plans[index];
      const stays = latestOnly && turn !== newest;
      results.push(planned?.asked && isFields(result) ? await arranged(result, planned, stays) : result);
    }
    return { ...answer, results };
  };

  async function arranged(
    answer: AlgoliaAnswer,
    { asked, taken }: Plan,
    stays: boolean,
  ): Promise<AlgoliaAnswer> {
    if (!asked || !Array.isArray(answer.hits)) return answer;
    const hits = answer.hits as unknown[] as Hit[]; // of the shape that the caller has written `text` for
    const ordered = stays ? hits : await reordering.orderOrKeep(asked.query, hits);
    const { page, size } = asked;
    const shown = ordered as unknown[] as Readonly<Record<string, unknown>>[];
    return size === undefined ? { ...answer, hits: shown } : cutPage(answer, shown, { page, size, taken });
  }

  // The same client in all but one method, whether its methods are its own or its class's.
  const copy: unknown = Object.assign(Object.create(Object.getPrototypeOf(client) as object), client, {
    search,
  });
  return copy as Client;
}

/** What is done about a request. */
interface Plan {
  /** What is sent in its place. */
  request: unknown;
  /** The page to show; undefined where the answer stays as it is. */
  asked: ReturnType<typeof askedPage>;
  /** Hits that are asked for. */
  taken: number;
}

function plan(request: unknown, candidates: number, when: (request: AlgoliaRequest) => boolean): Plan {
  if (!isFields(request)) return { request, asked: undefined, taken: 0 };
  const asked = askedPage(request);
  const { page = 0, size } = asked ?? {};
  const taken = size === undefined ? 0 : Math.max(1, Math.floor(candidates / size)) * size; // whole pages
  const behind = size === undefined ? page > 0 : (page + 1) * size > taken;
  if (!asked || behind || !when(request)) return { request, asked: undefined, taken };
  return { request: size === undefined ? request : firstPage(request, taken), asked, taken };
}

/** Clients take a list, or an object that holds it. */
function listOf(requests: unknown): unknown[] {
  const list = isFields(requests) ? requests.requests : requests;
  return Array.isArray(list) ? list : [];
}

function withRequests(requests: unknown, plans: readonly Plan[]): unknown {
  const list = plans.map(({ request }) => request);
  if (list.length === 0) return requests;
  return isFields(requests) ? { ...requests, requests: list } : list;
}

/** The text of a hit of DocSearch: its headings from the page's title downwards, then its paragraph, if it has one. */
export function docSearchText(hit: Readonly<Record<string, unknown>>): string {
  const levels = isFields(hit.hierarchy) ? Object.values(hit.hierarchy) : [];
  const parts = [...levels, hit.content].filter((part) => typeof part === 'string' && part !== '');
  return parts.join('. ');
}
