import { NanoBeirEvaluator } from '../evaluation/nano-beir.js';
import { hubDatasetSource, NANO_BEIR_SETS, type NanoBeirName } from '../evaluation/nano-beir-data.js';
import type { PairScorer } from '../evaluation/types.js';
import type { Depth, RerankerOptions } from '../types.js';
import { diskSource } from './eval-data.js';
import { describeModel, inSession } from './eval-session.js';
import { FIGURES_HEADING, figureLine } from './eval-text.js';
import { oneOf } from './options.js';
import { isNanoResult } from './results.js';

/** What an evaluation on NanoBEIR needs to know. */
export interface NanoSettings {
  /** Short names with commas between, or 'all'. */
  sets: string;
  /** A folder with the files; default the Hub. */
  folder: string | undefined;
  /** How many of BM25's documents to rerank. */
  topK: number;
  /** Cut-off rank. */
  k: number;
  /** Whether passages may be left out early. */
  depth: Depth;
  /** The results file. */
  resume: string | undefined;
  /** Print JSON. */
  json: boolean;
}

/** The figures before and after of one set, or of the mean of the sets. */
interface Row {
  metric: string;
  before: number;
  after: number;
}

/** Evaluates as sentence-transformers' `CrossEncoderNanoBEIREvaluator`. @returns what goes to standard output */
export async function evaluateNano(settings: NanoSettings, options: RerankerOptions): Promise<string> {
  const { topK, k, depth, folder } = settings;
  const datasets = readSets(settings.sets);
  const source =
    folder === undefined
      ? hubDatasetSource(options.hubHost === undefined ? {} : { hubHost: options.hubHost })
      : await diskSource(folder);
  const evaluator = new NanoBeirEvaluator({ datasets, source, rerankK: topK, k });
  const key = { data: source.name, sets: datasets.join(','), topK, k, depth };
  const resume = { path: settings.resume, key, isResult: isNanoResult };
  return inSession(options, { depth, k }, resume, async ({ scorer, info, signal, finished, onQuery }) => {
    const clock = new TimedScorer(scorer);
    const counts = { queries: 0, pairs: 0 };
    const figures = await evaluator.run(clock, {
      signal,
      finished,
      onProgress: ({ dataset, done, total }, result) => {
        counts.queries += 1;
        counts.pairs += result.pairs;
        onQuery({ done, total, label: dataset }, result);
      },
    });
    const means = rowsOf(figures, `NanoBEIR_R${topK}_mean_`);
    const pairsPerSecond = clock.pairsPerSecond;
    if (!settings.json) {
      const model = describeModel(info);
      return nanoText(figures, { ...counts, pairsPerSecond, model, names: splitNames(datasets), topK });
    }
    const baseline = Object.fromEntries(means.map(({ metric, before }) => [metric, before]));
    const reranked = Object.fromEntries(means.map(({ metric, after }) => [metric, after]));
    return `${JSON.stringify({ ...counts, baseline, reranked, pairsPerSecond, figures }, null, 2)}\n`;
  });
}

function readSets(sets: string): NanoBeirName[] {
  const known = Object.keys(NANO_BEIR_SETS) as NanoBeirName[]; // the object's own keys
  if (sets === 'all') return known;
  return sets.split(',').flatMap((name) => oneOf(name.trim().toLowerCase(), known, '--nano') ?? []);
}

const splitNames = (datasets: readonly NanoBeirName[]): string[] =>
  datasets.map((name) => `Nano${NANO_BEIR_SETS[name]}`);

/** The figures under a prefix, paired with those of the baseline. */
function rowsOf(figures: Readonly<Record<string, number>>, prefix: string): Row[] {
  return Object.entries(figures).flatMap(([key, after]) => {
    const metric = key.slice(prefix.length);
    if (!key.startsWith(prefix) || metric.startsWith('base_')) return [];
    return [{ metric, before: figures[`${prefix}base_${metric}`] ?? 0, after }];
  });
}

function nanoText(
  figures: Readonly<Record<string, number>>,
  about: {
    queries: number;
    pairs: number;
    pairsPerSecond: number;
    model: string;
    names: string[];
    topK: number;
  },
): string {
  const { queries, pairs, pairsPerSecond, model, names, topK } = about;
  const sections = [...names, 'NanoBEIR'].flatMap((name) => [
    '',
    name === 'NanoBEIR' ? `NanoBEIR, mean of ${names.length}` : name,
    FIGURES_HEADING,
    ...rowsOf(figures, `${name}_R${topK}_${name === 'NanoBEIR' ? 'mean_' : ''}`).map(
      ({ metric, before, after }) => figureLine(metric, before, after),
    ),
  ]);
  const speed = `${pairs} of ${queries} queries, ${pairsPerSecond.toFixed(1)} pairs/s`;
  return [`${'model'.padEnd(12)} ${model}`, `${'pairs'.padEnd(12)} ${speed}`, ...sections, ''].join('\n');
}

/** Measures the speed of a scorer. */
class TimedScorer implements PairScorer {
  #pairs = 0;
  #milliseconds = 0;

  constructor(private readonly scorer: PairScorer) {}

  /** Of this session; 0 before the first pair. */
  get pairsPerSecond(): number {
    return this.#milliseconds > 0 ? (this.#pairs / this.#milliseconds) * 1000 : 0;
  }

  async predict(...[pairs, options]: Parameters<PairScorer['predict']>): Promise<Float32Array> {
    const started = performance.now();
    const scores = await this.scorer.predict(pairs, options);
    this.#milliseconds += performance.now() - started;
    this.#pairs += pairs.length;
    return scores;
  }
}
