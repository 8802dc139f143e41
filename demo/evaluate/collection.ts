import { RerankError } from '../../src/index.js';
import {
  blobSource,
  bm25Run,
  loadBeirFolder,
  qrelsPaths,
  type RerankingData,
} from '../../src/evaluation/index.js';
import type { DroppedFolder } from './dropped.js';

/** Something to judge by. */
export interface Collection {
  /** For people. */
  readonly name: string;
  /** The orders before that can be chosen; the first is the default, '' is BM25 of this page. */
  readonly runs: readonly { value: string; label: string }[];
  /** Reads it with one of the runs, so that each query has up to `topK` candidates. */
  load(run: string, topK: number, signal: AbortSignal): Promise<RerankingData>;
}

const OWN_RUN = { value: '', label: 'BM25 of this page' };

/**
 * A folder in BEIR's form.
 * @throws RerankError `not-found` where a file is missing that no evaluation can do without.
 */
export function folderCollection({ name, files }: DroppedFolder): Collection {
  const paths = files.map(([path]) => path);
  const isThere = (path: string) => paths.includes(path) || paths.includes(`${path}.gz`);
  const judgments =
    qrelsPaths().find(isThere) ?? paths.find((path) => /^qrels[./].+\.tsv(\.gz)?$/.test(path));
  const needed = ['corpus.jsonl', 'queries.jsonl'].filter((path) => !isThere(path));
  const missing = judgments === undefined ? [...needed, 'qrels.tsv'] : needed;
  if (missing.length > 0) {
    const seen = paths.slice(0, 6).join(', ') || 'nothing';
    throw new RerankError('not-found', `There is no ${missing.join(', no ')}; got ${seen}.`);
  }
  const runs = paths
    .filter(
      (path) =>
        path !== judgments && /^[^/]+\.(tsv|trec|run|txt)(\.gz)?$/.test(path) && !path.includes('qrels'),
    )
    .sort((a, b) => Number(/bm25|run/i.test(b)) - Number(/bm25|run/i.test(a)) || a.localeCompare(b))
    .map((path) => ({ value: path, label: path }));
  const source = blobSource(files, name);
  return {
    name,
    runs: [...runs, OWN_RUN],
    async load(run, topK, signal) {
      const options = { qrels: judgments, run: run === '' ? undefined : run, signal };
      const { queries, corpus, qrels, run: given } = await loadBeirFolder(source, options);
      // One more than asked for, since a query's own document is no candidate.
      const judged = new Map([...queries].filter(([id]) => qrels.has(id)));
      return {
        queries,
        corpus,
        qrels,
        run: given ?? (await bm25Run(judged, corpus, { topK: topK + 1, signal })),
      };
    },
  };
}

/** Judgments that bring their own order, see `pasted.ts`. */
export function pastedCollection(data: RerankingData): Collection {
  return {
    name: 'pasted judgments',
    runs: [{ value: 'given', label: 'as pasted' }],
    load: () => Promise.resolve(data),
  };
}
