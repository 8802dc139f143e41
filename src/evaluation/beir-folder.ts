import { readCorpus, readQrels, readQueries, readRun } from './beir.js';
import { openFirst, type FileSource } from './files.js';
import { readLines } from './lines.js';
import type { CorpusDocument, Qrels, Run } from './types.js';

/** What {@link loadBeirFolder} reads. */
export interface BeirFolder {
  /** Query text by id. */
  queries: Map<string, string>;
  /** Documents by id. With a run, only those that it names or that are judged relevant. */
  corpus: Map<string, CorpusDocument>;
  /** Judgments by query id. */
  qrels: Qrels;
  /** The first stage's candidates; undefined when no run was asked for. */
  run?: Run;
}

/** Options of {@link loadBeirFolder}. */
export interface BeirFolderOptions {
  /** Path of the run in the folder (`bm25.tsv`), or a run read before. Default: none, and the whole corpus is kept. */
  run?: string | Run | undefined;
  /** Path of the judgments; default `qrels.tsv`, then `qrels/test.tsv` (of {@link BeirFolderOptions.split}). */
  qrels?: string | undefined;
  /** The split whose judgments count, in folders with several. Default 'test'. */
  split?: string | undefined;
  /** Cancels the reading. */
  signal?: AbortSignal | undefined;
}

/**
 * Reads a folder in BEIR's form: corpus.jsonl, queries.jsonl, qrels.tsv or qrels/<split>.tsv, and a run if asked for.
 * Judgments and run come first, so that of a large corpus only the documents needed are held.
 *
 * @throws RerankError `not-found` for a missing file, `invalid-data` with file and line for a malformed one.
 */
export async function loadBeirFolder(
  source: FileSource,
  options: BeirFolderOptions = {},
): Promise<BeirFolder> {
  const { run: runOption, split = 'test', signal } = options;
  const open = async (...paths: string[]): Promise<[AsyncIterable<string>, string]> => {
    const { path, bytes } = await openFirst(source, paths, signal);
    return [readLines(bytes, path, signal), path];
  };
  const qrels = await readQrels(
    ...(await open(...(options.qrels ? [options.qrels] : ['qrels.tsv', `qrels/${split}.tsv`]))),
  );
  const run = typeof runOption === 'string' ? await readRun(...(await open(runOption))) : runOption;
  const queries = await readQueries(...(await open('queries.jsonl')));
  const needed = run && neededDocuments(qrels, run);
  const corpus = await readCorpus(
    ...(await open('corpus.jsonl')),
    needed ? (id) => needed.has(id) : undefined,
  );
  return { queries, corpus, qrels, ...(run && { run }) };
}

/** Ids of the judged queries' candidates and relevant documents. */
function neededDocuments(qrels: Qrels, run: Run): Set<string> {
  const needed = new Set<string>();
  for (const [queryId, judgments] of qrels) {
    for (const { id } of run.get(queryId) ?? []) needed.add(id);
    for (const [id, grade] of judgments) if (grade >= 1) needed.add(id);
  }
  return needed;
}
