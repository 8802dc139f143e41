import type { RerankingData } from './types.js';

/** Something that a judged collection lacks and that the figures suffer from, as data. */
export interface DataWarning {
  /**
   * What is amiss: `query-without-text` (a judged query is not among the queries), `query-without-candidates` (it is not in
   * the run), `document-missing` (a judged document is not in the corpus).
   */
  readonly code: 'query-without-text' | 'query-without-candidates' | 'document-missing';
  /** How many queries or documents. */
  readonly count: number;
  /** Their ids, the first hundred, in the order of the judgments. */
  readonly ids: readonly string[];
  /** One or two sentences for people: how many of how many, the first names, what it means, and what may be the cause. */
  readonly message: string;
}

/** How many ids a warning holds, and how many its message names. */
const MOST_IDS = 100;
const MOST_NAMES = 5;

/**
 * An id without what different exports of one collection write differently: blanks around it, upper case, zeros before a
 * number, `.0` behind one. Ids that are alike by this are not the same; they are a hint.
 */
export function comparableId(id: string): string {
  return id
    .trim()
    .toLowerCase()
    .normalize()
    .replace(/^(\d+)\.0+$/, '$1')
    .replace(/(^|\D)0+(?=\d)/g, '$1');
}

/** The judged queries and documents that the figures have to do without. `queryIds`: those averaged over. */
export function dataWarnings(
  { queries, corpus, qrels, run }: RerankingData<unknown>,
  queryIds: readonly string[],
): DataWarning[] {
  const documents = new Map<string, boolean>(); // id ▶ whether relevant to any query
  for (const queryId of queryIds) {
    for (const [id, grade] of qrels.get(queryId) ?? []) {
      documents.set(id, grade >= 1 || documents.get(id) === true);
    }
  }
  const textless = queryIds.filter((id) => !queries.has(id));
  const missing = [...documents.keys()].filter((id) => !corpus.has(id));
  const relevant = missing.filter((id) => documents.get(id)).length;
  const unranked = queryIds.filter((id) => queries.has(id) && !run.has(id));
  return [
    warning('query-without-text', textless, queryIds.length, {
      what: ['judged query', 'judged queries'],
      problem: `not among the queries and ${textless.length === 1 ? 'counts' : 'count'} as 0`,
      hint: similarIds(textless, queries.keys()),
    }),
    warning('query-without-candidates', unranked, queryIds.length, {
      what: ['judged query', 'judged queries'],
      problem: `not in the run and ${unranked.length === 1 ? 'counts' : 'count'} as 0`,
      hint: similarIds(unranked, run.keys()),
    }),
    warning('document-missing', missing, documents.size, {
      what: ['judged document', 'judged documents'],
      problem: `not in the collection (${relevant} of them relevant, which no ranking can find)`,
      hint: similarIds(missing, corpus.keys()),
    }),
  ].flat();
}

function warning(
  code: DataWarning['code'],
  ids: readonly string[],
  all: number,
  { what, problem, hint }: { what: [one: string, many: string]; problem: string; hint: string },
): DataWarning[] {
  if (ids.length === 0) return [];
  const count = ids.length === all ? `All ${all}` : `${ids.length} of ${all}`;
  const message = `${count} ${all === 1 ? what[0] : what[1]} ${ids.length === 1 ? 'is' : 'are'} ${problem}: ${names(ids)}.${hint}`;
  return [{ code, count: ids.length, ids: ids.slice(0, MOST_IDS), message }];
}

function names(ids: readonly string[]): string {
  const rest = ids.length - MOST_NAMES;
  return ids.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/**
 * A sentence about ids that are there in another spelling; empty where there are none.
 *
 * @param missing - ids that were looked for.
 * @param present - ids that are there.
 */
export function similarIds(missing: readonly string[], present: Iterable<string>): string {
  if (missing.length === 0) return '';
  const wanted = new Map(missing.map((id) => [comparableId(id), id]));
  for (const id of present) {
    const similar = wanted.get(comparableId(id));
    if (similar === undefined || similar === id) continue;
    return ` There is ${JSON.stringify(id)} for ${JSON.stringify(similar)}: ids must be equal to the letter.`;
  }
  return '';
}
