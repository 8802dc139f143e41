import { RerankError } from '../errors.js';
import { blendReport } from '../evaluation/blending.js';
import { RerankingEvaluator } from '../evaluation/evaluator.js';
import { reportData } from '../evaluation/report.js';
import type { Depth, RerankerOptions } from '../types.js';
import { fingerprint, loadEvalData } from './eval-data.js';
import { evaluateNano } from './eval-nano.js';
import { describeModel, inSession } from './eval-session.js';
import { reportText } from './eval-text.js';
import { isQueryResult } from './results.js';
import {
  DEPTHS,
  MODEL_HELP,
  MODEL_OPTIONS,
  modelOptions,
  oneOf,
  parseOptions,
  wholeNumber,
} from './options.js';

/** What `browser-reranker eval --help` prints. */
export const EVAL_HELP = `browser-reranker eval --data DIR [options]
browser-reranker eval --nano SETS [--data DIR] [options]

  Judges reranking on a collection with judgments: a keyword search's figures before, a cross-encoder's after.

  --data DIR            a folder in BEIR's form: corpus.jsonl, queries.jsonl, and qrels.tsv or qrels/test.tsv, each plain
                        or .gz
  --run FILE            the ranking before, in tsv, TREC or MS MARCO form; looked up in DIR first (default: BM25 by
                        MiniSearch)
  --split NAME          the judgments qrels/NAME.tsv or qrels.NAME.tsv (default: qrels.tsv, else those of test)
  --strict              end with an error where a judged query or document is not there (default: a warning)
  --limit N             the first N judged queries only
  --nano SETS           NanoBEIR as sentence-transformers judges it: msmarco,nfcorpus,nq or other sets, or all; from the
                        Hub, or from DIR
  --top-k N             candidates to rerank for each query (default: 100)
  --k N                 cut-off rank of the measures (default: 10)
  --depth NAME          full (the default), or adaptive: the upper layers only for what may be among the best --k
  --resume FILE         keep each query's result in FILE, and go on from there when it exists
  --blend               also say which weight for the run's own scores or order would be best (as the option prior of rank)
  --json                print an object: queries, pairs, baseline, reranked, pairsPerSecond, perQuery, warnings and
                        more
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
  strict: boolean;
  blend: boolean;
  json: boolean;
}

/** Runs the command. @returns what goes to standard output. @throws RerankError `invalid-input` for wrong arguments */
export async function evaluate(args: string[]): Promise<string> {
  const values = parseOptions(args, {
    data: { type: 'string' },
    run: { type: 'string' },
    split: { type: 'string' },
    limit: { type: 'string' },
    nano: { type: 'string' },
    'top-k': { type: 'string' },
    k: { type: 'string' },
    depth: { type: 'string' },
    resume: { type: 'string' },
    strict: { type: 'boolean', default: false },
    blend: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    ...MODEL_OPTIONS,
  });
  if (values.help) return EVAL_HELP;
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
    if (run !== undefined || split !== undefined || limit !== undefined || values.strict || values.blend) {
      throw new RerankError(
        'invalid-input',
        `--run, --split, --limit, --strict and --blend do not go with --nano.`,
      );
    }
    return evaluateNano({ ...shared, sets: nano, folder }, options);
  }
  if (folder === undefined) {
    throw new RerankError('invalid-input', `--data or --nano is needed.\n\n${EVAL_HELP}`);
  }
  const { strict, blend } = values;
  if (blend && shared.depth === 'adaptive') {
    throw new RerankError('invalid-input', '--blend needs every score: leave --depth adaptive out.');
  }
  return evaluateFolder({ ...shared, folder, run, split, limit, strict, blend }, options);
}

async function evaluateFolder(settings: FolderSettings, options: RerankerOptions): Promise<string> {
  const { folder, topK, k, depth } = settings;
  const { data, firstStage } = await loadEvalData(folder, settings);
  const evaluator = new RerankingEvaluator(data, { topK, k });
  const { warnings } = evaluator;
  if (settings.strict && warnings.length > 0) {
    const messages = warnings.map(({ message }) => message).join(' ');
    throw new RerankError('invalid-data', `${messages} Mend the folder, or leave --strict out.`);
  }
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
    const about = { model: describeModel(info), data: folder, before: `${firstStage}, first ${topK}` };
    const blend = settings.blend ? blendReport(data, results, evaluator.metrics[0] ?? 'map') : undefined;
    const report = { ...reportData(results, evaluator.metrics, data.queries, about, warnings), blend };
    return settings.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report);
  });
}
