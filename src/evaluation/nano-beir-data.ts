import { RerankError } from '../errors.js';
import type { RerankingSample } from './cross-encoder-evaluator.js';
import { loadBeirFolder } from './beir-folder.js';
import { fetchSource, openFirst, type FetchSourceOptions, type FileSource } from './files.js';
import { readBytes } from './lines.js';
import { trecOrder } from './metrics.js';

/** The thirteen sets by short name, with the part of their split's name behind `Nano`. */
export const NANO_BEIR_SETS = {
  climatefever: 'ClimateFEVER',
  dbpedia: 'DBPedia',
  fever: 'FEVER',
  fiqa2018: 'FiQA2018',
  hotpotqa: 'HotpotQA',
  msmarco: 'MSMARCO',
  nfcorpus: 'NFCorpus',
  nq: 'NQ',
  quoraretrieval: 'QuoraRetrieval',
  scidocs: 'SCIDOCS',
  arguana: 'ArguAna',
  scifact: 'SciFact',
  touche2020: 'Touche2020',
} as const;

/** Short name of a NanoBEIR set. */
export type NanoBeirName = keyof typeof NANO_BEIR_SETS;

/** The data set that the reference's evaluator loads by default. */
export const NANO_BEIR_DATASET_ID = 'sentence-transformers/NanoBEIR-en';

/** Reads a Parquet file's rows as objects by column name. */
export type ParquetReader = (file: ArrayBuffer) => Promise<Record<string, unknown>[]>;

/**
 * The default {@link ParquetReader}: the package `hyparquet` (MIT, no dependencies), imported only when called.
 *
 * @throws RerankError `unsupported-environment` when hyparquet is not installed.
 */
export async function readParquet(file: ArrayBuffer): Promise<Record<string, unknown>[]> {
  const { parquetReadObjects } = await import('hyparquet').catch((cause: unknown) => {
    const message =
      "NanoBEIR's files are Parquet: install the package 'hyparquet', or pass a readParquet of your own.";
    throw new RerankError('unsupported-environment', message, { cause });
  });
  return parquetReadObjects({ file });
}

/** Options of {@link hubDatasetSource}. */
export interface HubDatasetOptions extends FetchSourceOptions {
  /** The data set; default {@link NANO_BEIR_DATASET_ID}. Translations work too. */
  datasetId?: string | undefined;
  /** The Hub, or a mirror of it. Default 'https://huggingface.co'. */
  hubHost?: string | undefined;
  /** Branch, tag or commit. Default 'main'. */
  revision?: string | undefined;
}

/** A source over a data set of the Hugging Face Hub: `<hubHost>/datasets/<datasetId>/resolve/<revision>/`. */
export function hubDatasetSource(options: HubDatasetOptions = {}): FileSource {
  const { datasetId = NANO_BEIR_DATASET_ID, hubHost = 'https://huggingface.co', revision = 'main' } = options;
  const host = hubHost.replace(/\/+$/, '');
  return fetchSource(`${host}/datasets/${datasetId}/resolve/${encodeURIComponent(revision)}/`, options);
}

/** The full name of a set: `NanoMSMARCO` for `msmarco`, in any case. */
export function nanoBeirSplit(name: string): string {
  const part = Object.entries(NANO_BEIR_SETS).find(([key]) => key === name.toLowerCase())?.[1];
  if (part === undefined) {
    const known = Object.keys(NANO_BEIR_SETS).join(', ');
    throw new RerankError('invalid-input', `'${name}' is not a NanoBEIR set: expected one of ${known}.`);
  }
  return `Nano${part}`;
}

/**
 * Loads one set as the reference's samples, in the order of its BM25 file.
 *
 * Two layouts are known: the Hub's (`corpus/NanoMSMARCO-00000-of-00001.parquet`, and the same under queries, qrels
 * and bm25), and a BEIR folder a set (`NanoMSMARCO/corpus.jsonl`, queries.jsonl, qrels.tsv or qrels/test.tsv, and
 * bm25.tsv). As in the reference only `text` is used, never a title, and any judgment is a positive in the Hub's
 * layout (there are no grades); in a BEIR folder grades of 1 or more.
 *
 * @param name - a key of {@link NANO_BEIR_SETS}, in any case.
 * @param rerankK - how many of BM25's documents become candidates.
 * @throws RerankError `invalid-input` for an unknown name, `not-found` for a missing file, `invalid-data` for columns
 * or texts that are missing.
 */
export async function loadNanoBeirSet(
  name: string,
  source: FileSource,
  rerankK: number,
  options: { readParquet?: ParquetReader | undefined; signal?: AbortSignal | undefined } = {},
): Promise<RerankingSample[]> {
  const split = nanoBeirSplit(name);
  const bm25Path = parquetPath('bm25', split);
  const inHubLayout = await source.open(bm25Path, options.signal);
  if (!inHubLayout) return loadFromBeirFolder(split, bm25Path, source, rerankK, options.signal);
  const read = options.readParquet ?? readParquet;
  const rows = async (subset: string): Promise<[string, Record<string, unknown>[]]> => {
    const path = parquetPath(subset, split);
    const bytes =
      subset === 'bm25' ? inHubLayout : (await openFirst(source, [path], options.signal, false)).bytes;
    return [path, await read((await readBytes(bytes, options.signal)).buffer)];
  };
  const bm25 = columns(...(await rows('bm25')), 'query-id', 'corpus-ids');
  const texts = async (subset: string): Promise<Map<string, string>> =>
    new Map(columns(...(await rows(subset)), '_id', 'text').map(([id, text]) => [one(id), one(text)]));
  const corpus = await texts('corpus');
  const queries = await texts('queries');
  const positives = new Map<string, Set<string>>();
  for (const [queryId, ids] of columns(...(await rows('qrels')), 'query-id', 'corpus-id')) {
    const known = positives.get(one(queryId)) ?? new Set<string>();
    for (const id of ids) known.add(id);
    positives.set(one(queryId), known);
  }
  return bm25.map(([queryId, ids]) =>
    toSample(split, one(queryId), queries, corpus, positives.get(one(queryId)), ids.slice(0, rerankK)),
  );
}

const parquetPath = (subset: string, split: string): string => `${subset}/${split}-00000-of-00001.parquet`;

const one = (values: readonly string[]): string => values[0] ?? '';

/** Two columns of every row, each as a list of strings. */
function columns(
  path: string,
  rows: readonly Record<string, unknown>[],
  ...names: [string, string]
): [string[], string[]][] {
  const cell = (row: Record<string, unknown>, name: string, index: number): string[] => {
    const value = row[name];
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (values.every((item) => typeof item === 'string')) return values;
    throw new RerankError(
      'invalid-data',
      `${path}: row ${index} has no text in the column '${name}', only the columns ${Object.keys(row).join(', ')}.`,
    );
  };
  return rows.map((row, i) => [cell(row, names[0], i), cell(row, names[1], i)]);
}

async function loadFromBeirFolder(
  split: string,
  bm25Path: string,
  source: FileSource,
  rerankK: number,
  signal?: AbortSignal,
): Promise<RerankingSample[]> {
  const folder: FileSource = {
    name: `${source.name} (no ${bm25Path} either): its folder ${split}`,
    open: (path, fileSignal) => source.open(`${split}/${path}`, fileSignal),
  };
  const { queries, corpus, qrels, run } = await loadBeirFolder(folder, { run: 'bm25.tsv', signal });
  const texts = new Map([...corpus].map(([id, { text }]) => [id, text]));
  return [...(run ?? [])].map(([queryId, documents]) => {
    const relevant = [...(qrels.get(queryId) ?? [])].filter(([, grade]) => grade >= 1).map(([id]) => id);
    const ids = trecOrder(documents)
      .slice(0, rerankK)
      .map(({ id }) => id);
    return toSample(split, queryId, queries, texts, relevant, ids);
  });
}

function toSample(
  split: string,
  queryId: string,
  queries: ReadonlyMap<string, string>,
  corpus: ReadonlyMap<string, string>,
  positiveIds: Iterable<string> | undefined,
  documentIds: readonly string[],
): RerankingSample {
  const lost = (what: string): RerankError =>
    new RerankError('invalid-data', `${split}: BM25 ranks for query '${queryId}', but ${what}.`);
  const text = (id: string): string => {
    const found = corpus.get(id);
    if (found === undefined) throw lost(`its document '${id}' is not in the corpus`);
    return found;
  };
  const query = queries.get(queryId);
  if (query === undefined) throw lost('the query has no text');
  if (!positiveIds) throw lost('the query has no judgments');
  return { query, positive: [...positiveIds].map(text), documents: documentIds.map(text) };
}
