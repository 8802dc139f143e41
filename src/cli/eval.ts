import { parseArgs } from 'node:util';
import { RerankError } from '../errors.js';
import { RerankingEvaluator, type QueryResult } from '../evaluation/evaluator.js';
import { reportData } from '../evaluation/report.js';
import type { Depth, RerankerOptions } from '../types.js';
import { fingerprint, loadEvalData } from './eval-data.js';
import { evaluateNano } from './eval-nano.js';
import { describeModel, inSession } from './eval-session.js';
import { reportText } from './eval-text.js';
import { DEPTHS, MODEL_HELP, MODEL_OPTIONS, modelOptions, oneOf, wholeNumber } from './options.js';

/** What `browser-reranker eval --help` prints. */
export const EVAL_HELP = `browser-reranker eval --data DIR [options]
browser-reranker eval --nano SETS [--data DIR] [options]

  Judges reranking on a collection with judgments: a keyword search's figures before, a cross-encoder's after.

  --data DIR            a folder in BEIR's form: corpus.jsonl, queries.jsonl, and qrels.tsv or qrels/test.tsv
  --run FILE            the ranking before, in tsv or TREC form; looked up in DIR first (default: BM25 by MiniSearch)
  --split NAME          the judgments qrels/NAME.tsv (default: test)
  --limit N             the first N judged queries only
  --nano SETS           NanoBEIR as sentence-transformers judges it: msmarco,nfcorpus,nq or other sets, or all; from the
                        Hub, or from DIR
  --top-k N             candidates to rerank for each query (default: 100)
  --k N                 cut-off rank of the measures (default: 10)
  --depth NAME          full (the default), or adaptive: the upper layers only for what may be among the best --k
  --resume FILE         keep each query's result in FILE, and go on from there when it exists
  --json                print an object: queries, pairs, baseline, reranked, pairsPerSecond, perQuery and more
${MODEL_HELP}`;

/** What an evaluation of a folder needs to know. */
interface FolderSettings {
  folder: string;
  run: string | undefined;
  split: string | undefined;
  limit: number | undefined;
  topK: number;
  k: number;
  depth: Depth;
  resume: string | undefined;
  json: boolean;
}

/** Runs the command. @returns what goes to standard output. @throws RerankError `invalid-input` for wrong arguments */
export async function evaluate(args: string[]): Promise<string> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      run: { type: 'string' },
      split: { type: 'string' },
      limit: { type: 'string' },
      nano: { type: 'string' },
      'top-k': { type: 'string' },
      k: { type: 'string' },
      depth: { type: 'string' },
      resume: { type: 'string' },
      json: { type: 'boolean', default: false },
      ...MODEL_OPTIONS,
    },
  });
  const shared = {
    topK: wholeNumber(values['top-k'], '--top-k') ?? 100,
    k: wholeNumber(values.k, '--k') ?? 10,
    depth: oneOf(values.depth, DEPTHS, '--depth') ?? 'full',
    resume: values.resume,
    json: values.json,
  };
  const limit = wholeNumber(values.limit, '--limit');
  const options = modelOptions(values);
  const { data: folder, nano, run, split } = values;
  if (nano !== undefined) {
    if (run !== undefined || split !== undefined || limit !== undefined) {
      throw new RerankError('invalid-input', `--run, --split and --limit do not go with --nano.`);
    }
    return evaluateNano({ ...shared, sets: nano, folder }, options);
  }
  if (folder === undefined) {
    throw new RerankError('invalid-input', `--data or --nano is needed.\n\n${EVAL_HELP}`);
  }
  return evaluateFolder({ ...shared, folder, run, split, limit }, options);
}

async function evaluateFolder(settings: FolderSettings, options: RerankerOptions): Promise<string> {
  const { folder, topK, k, depth } = settings;
  const { data, firstStage } = await loadEvalData(folder, settings);
  const evaluator = new RerankingEvaluator(data, { topK, k });
  const resume = {
    path: settings.resume,
    key: { data: fingerprint(data), topK, metrics: evaluator.metrics.join(','), depth },
    isResult: isQueryResult,
  };
  return inSession(options, { depth, k }, resume, async ({ scorer, info, signal, finished, onQuery }) => {
    const { results } = await evaluator.run(scorer, {
      signal,
      finished,
      onProgress: ({ done, total }, result) => onQuery({ done, total, label: 'Scoring' }, result),
    });
    const report = reportData(results, evaluator.metrics, data.queries, {
      model: describeModel(info),
      data: folder,
      before: `${firstStage}, first ${topK}`,
    });
    return settings.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report);
  });
}

function isQueryResult(value: unknown): value is QueryResult {
  const keys = ['queryId', 'pairs', 'milliseconds', 'baseline', 'reranked', 'ranking'];
  return typeof value === 'object' && value !== null && keys.every((key) => key in value);
}
