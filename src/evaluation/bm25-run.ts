import { abortError, RerankError } from '../errors.js';
import type { CorpusDocument, Run } from './types.js';

/** Options of {@link bm25Run}. */
export interface Bm25RunOptions {
  /** How many documents to find for each query. Default 100. */
  topK?: number | undefined;
  /** Cancels; indexing stops within a thousand documents. */
  signal?: AbortSignal | undefined;
}

/**
 * A first stage for collections that come without one: BM25+ (k 1.2, b 0.7, d 0.5) over title and text as one field,
 * by the package `minisearch` (MIT), imported only when this is called. Words are lower-cased and split at blanks and
 * punctuation, nothing else: no stemming, no stop words, so that any language works a little.
 *
 * @param queries - query text by query id; all are searched.
 * @param corpus - the documents to search, by id.
 * @returns the best documents of each query; a query that shares no word with the corpus has none.
 * @throws RerankError `unsupported-environment` when minisearch is not installed; the signal's reason when aborted.
 */
export async function bm25Run(
  queries: ReadonlyMap<string, string>,
  corpus: ReadonlyMap<string, CorpusDocument>,
  options: Bm25RunOptions = {},
): Promise<Run> {
  const { topK = 100, signal } = options;
  const { default: MiniSearch } = await import('minisearch').catch((cause: unknown) => {
    const message = "A run of BM25 needs the package 'minisearch': install it, or give a run.";
    throw new RerankError('unsupported-environment', message, { cause });
  });
  const index = new MiniSearch<{ id: string; text: string }>({ fields: ['text'] });
  let chunk: { id: string; text: string }[] = [];
  for (const [id, { title, text }] of corpus) {
    chunk.push({ id, text: `${title} ${text}` });
    if (chunk.length < 1000) continue;
    index.addAll(chunk);
    chunk = [];
    await pause(signal);
  }
  index.addAll(chunk);
  const run = new Map<string, { id: string; score: number }[]>();
  for (const [queryId, query] of queries) {
    const found = index.search(query).slice(0, topK);
    // The index gives ids back as `any`: they are the strings of above.
    run.set(
      queryId,
      found.map(({ id, score }) => ({ id: String(id), score })),
    );
    if (run.size % 20 === 0) await pause(signal);
  }
  return run;
}

/** Lets the page paint and Ctrl-C through. */
async function pause(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (signal?.aborted) throw abortError(signal);
}
