import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RerankError } from '../errors.js';
import { bm25Run } from '../evaluation/bm25-run.js';
import { loadBeirFolder } from '../evaluation/beir-folder.js';
import { readRun } from '../evaluation/judgments.js';
import type { ByteStream, FileSource } from '../evaluation/files.js';
import { readLines } from '../evaluation/lines.js';
import type { RerankingData, Run } from '../evaluation/types.js';

/** Options of {@link loadEvalData}. */
export interface EvalDataOptions {
  /** A run's file, looked up in the folder first, then from where the command runs. Default: BM25 by an own index. */
  run?: string | undefined;
  /** The split in folders with several. Default: qrels.tsv, else 'test'. */
  split?: string | undefined;
  /** Candidates a query that an own index finds. */
  topK: number;
  /** Only the first judged queries, this many. Default all. */
  limit?: number | undefined;
  /** Cancels. */
  signal?: AbortSignal | undefined;
}

/** A folder on disk as the readers of `src/evaluation` take it. @throws RerankError `invalid-input` where it is none */
export async function diskSource(folder: string): Promise<FileSource> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new RerankError(
      'invalid-input',
      `${folder} is not a folder; expected one with corpus.jsonl, queries.jsonl and qrels.tsv.`,
    );
  }
  return { name: folder, open: (path) => openFile(join(folder, path)) };
}

async function openFile(path: string): Promise<ByteStream | undefined> {
  try {
    const handle = await open(path);
    if (!(await handle.stat()).isDirectory()) return handle.createReadStream();
    await handle.close();
    throw new Error('it is a folder.');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new RerankError('invalid-input', `${path} could not be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/**
 * Loads a BEIR folder with its first stage.
 *
 * @returns the collection, and a name for the first stage.
 * @throws RerankError `invalid-input` for a folder or a run that is not there, `not-found` for a file missing in the
 * folder, `invalid-data` with file and line for a malformed one
 */
export async function loadEvalData(
  folder: string,
  options: EvalDataOptions,
): Promise<{ data: RerankingData; firstStage: string }> {
  const source = await diskSource(folder);
  const given = options.run === undefined ? undefined : await readGivenRun(source, options.run, folder);
  const loaded = await loadBeirFolder(source, {
    run: given,
    split: options.split,
    signal: options.signal,
  });
  const qrels = new Map([...loaded.qrels].slice(0, options.limit));
  const data = { ...loaded, qrels };
  if (given) return { data: { ...data, run: given }, firstStage: options.run ?? '' };
  const judged = new Map([...loaded.queries].filter(([id]) => qrels.has(id)));
  // One more, since a query's own document is no candidate.
  const run = await bm25Run(judged, loaded.corpus, { ...options, topK: options.topK + 1 });
  return { data: { ...data, run }, firstStage: 'BM25 (MiniSearch)' };
}

async function readGivenRun(source: FileSource, run: string, folder: string): Promise<Run> {
  for (const path of [run, `${run}.gz`]) {
    const bytes = (await source.open(path)) ?? (await openFile(path));
    if (bytes) return readRun(readLines(bytes, path), path);
  }
  throw new RerankError(
    'invalid-input',
    `--run ${run} is neither in ${folder} nor here; expected a run in tsv, TREC or MS MARCO form.`,
  );
}

/**
 * A short hash of everything that an evaluation's figures depend on: query texts, judgments, candidates with their
 * scores, and the candidates' texts.
 */
export function fingerprint({ queries, corpus, qrels, run }: RerankingData): string {
  const hash = createHash('sha256');
  for (const [queryId, judgments] of qrels) {
    const candidates = run.get(queryId) ?? [];
    hash.update(JSON.stringify([queryId, queries.get(queryId), [...judgments]]));
    for (const { id, score } of candidates) hash.update(JSON.stringify([id, score, corpus.get(id)]));
  }
  return hash.digest('hex').slice(0, 16);
}
