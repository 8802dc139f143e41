import { trecOrder } from './metrics.js';
import { titleOf } from './passage-texts.js';
import type { RerankingData } from './types.js';

/** What is ranked for a query. */
export interface Pool {
  /** The documents to score. */
  readonly ids: readonly string[];
  /** The ranking before. */
  readonly baseline: readonly string[];
}

/**
 * What is ranked for a query: the first `topK` of the run, without the query's own document.
 *
 * @param textOf - the text of a document that is scored.
 * @param withPositives - adds the relevant documents that the run missed.
 */
export function candidates<D>(
  data: RerankingData<D>,
  queryId: string,
  textOf: (id: string) => string,
  topK: number,
  withPositives: boolean,
): Pool {
  const own = isOwnDocument(data, queryId, textOf) ? queryId : undefined;
  const found = trecOrder(data.run.get(queryId) ?? [])
    .filter(({ id }) => id !== own)
    .slice(0, topK)
    .map(({ id }) => id);
  if (!withPositives) return { ids: found, baseline: found };
  const present = new Set(found);
  const relevant = [...(data.qrels.get(queryId) ?? [])].filter(([, grade]) => grade >= 1).map(([id]) => id);
  const ids = found.concat(relevant.filter((id) => !present.has(id) && id !== own));
  return { ids, baseline: relevant.some((id) => present.has(id)) ? ids : [] };
}

/** Whether the query and the document of that id are the same text (the title may be a part of it). */
function isOwnDocument<D>(
  { queries, corpus }: RerankingData<D>,
  id: string,
  textOf: (id: string) => string,
): boolean {
  const query = words(queries.get(id) ?? '');
  if (query === '' || !corpus.has(id)) return false;
  const document = corpus.get(id);
  const { text } = Object(document) as { text?: unknown };
  return [text, titleOf(document), textOf(id)].some(
    (each) => typeof each === 'string' && words(each) === query,
  );
}

const words = (text: string): string => text.trim().split(/\s+/).join(' ').toLowerCase();
