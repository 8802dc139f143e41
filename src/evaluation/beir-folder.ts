import { readCorpus, readQueries } from './beir.js';
import { openFirst, type FileSource } from './files.js';
import { readQrels, readRun } from './judgments.js';
import { readLines } from './lines.js';
import type { CorpusDocument, Qrels, Run } from './types.js';
import { comparableId } from './warnings.js';

/** What {@link loadBeirFolder} reads. */
export interface BeirFolder {
  /** Query text by id. */
  queries: Map<string, string>;
  /**
   * Documents by id. With a run, only those that it names or that are judged, and those whose ids differ from these by
   * blanks, case or zeros alone (so that a warning can name them).
   */
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
  /** Path of the judgments. Default: those of the split, see {@link qrelsPaths}. */
  qrels?: string | undefined;
  /** The split whose judgments count; one that is named must be there. Default: qrels.tsv, else those of 'test'. */
  split?: string | undefined;
  /** Cancels the reading. */
  signal?: AbortSignal | undefined;
}

/** Where a folder may have the judgments of a split, the first that is there counts; without a name, `qrels.tsv` first. */
export function qrelsPaths(split?: string): string[] {
  const name = split ?? 'test';
  const named = [`qrels/${name}.tsv`, `qrels.${name}.tsv`];
  return split === undefined ? ['qrels.tsv', ...named] : named;
}

/**
 * Reads a folder in BEIR's form: corpus.jsonl, queries.jsonl, judgments (qrels.tsv, qrels/<split>.tsv or
 * qrels.<split>.tsv), and a run if asked for; each plain or packed with gzip (`corpus.jsonl.gz`). Judgments and run come
 * first, so that of a large corpus only the documents needed are held.
 *
 * @throws RerankError `not-found` for a missing file, `invalid-data` with file and line for a malformed one.
 */
export async function loadBeirFolder(
  source: FileSource,
  options: BeirFolderOptions = {},
): Promise<BeirFolder> {
  const { run: runOption, signal } = options;
  const open = async (...paths: string[]): Promise<[AsyncIterable<string>, string]> => {
    const { path, bytes } = await openFirst(source, paths, signal);
    return [readLines(bytes, path, signal), path];
  };
  const qrels = await readQrels(
    ...(await open(...(options.qrels === undefined ? qrelsPaths(options.split) : [options.qrels]))),
  );
  const run = typeof runOption === 'string' ? await readRun(...(await open(runOption))) : runOption;
  const queries = await readQueries(...(await open('queries.jsonl')));
  const needed = run && neededDocuments(qrels, run);
  const corpus = await readCorpus(
    ...(await open('corpus.jsonl')),
    needed ? (id) => needed.has(comparableId(id)) : undefined,
  );
  return { queries, corpus, qrels, ...(run && { run }) };
}

/** Ids of the judged queries' candidates and judged documents, made comparable. */
function neededDocuments(qrels: Qrels, run: Run): Set<string> {
  const needed = new Set<string>();
  for (const [queryId, judgments] of qrels) {
    for (const { id } of run.get(queryId) ?? []) needed.add(comparableId(id));
    for (const id of judgments.keys()) needed.add(comparableId(id));
  }
  return needed;
}
