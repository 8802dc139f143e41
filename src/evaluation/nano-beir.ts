import { RerankError } from '../errors.js';
import { CrossEncoderRerankingEvaluator, type SampleResult } from './cross-encoder-evaluator.js';
import type { FileSource } from './files.js';
import {
  hubDatasetSource,
  loadNanoBeirSet,
  nanoBeirSplit,
  type NanoBeirName,
  type ParquetReader,
} from './nano-beir-data.js';
import type { PairScorer } from './types.js';

/** Options of {@link NanoBeirEvaluator}. */
export interface NanoBeirOptions {
  /**
   * Which sets, by short name. Default msmarco, nfcorpus and nq, by which the sentence-transformers documentation
   * judges its MS MARCO models (the reference's own default is all but arguana and touche2020).
   */
  datasets?: readonly NanoBeirName[] | undefined;
  /** Where the files are; default the Hub, see {@link hubDatasetSource}. */
  source?: FileSource | undefined;
  /** How many of BM25's documents to rerank (`rerank_k`). Default 100. */
  rerankK?: number | undefined;
  /** Cut-off rank of mrr and ndcg (`at_k`). Default 10. */
  k?: number | undefined;
  /** Whether positives that BM25 missed are scored too (`always_rerank_positives`). Default true, as the reference. */
  alwaysRerankPositives?: boolean | undefined;
  /** Reads the Hub's Parquet files; default the package `hyparquet`. */
  readParquet?: ParquetReader | undefined;
}

/** One finished query of one set. Plain data: hand it back to go on where an evaluation stopped. */
export interface NanoBeirQueryResult extends SampleResult {
  /** The set's short name. */
  readonly dataset: string;
}

/** How far an evaluation is, after each query. */
export interface NanoBeirProgress {
  /** The set's short name. */
  readonly dataset: string;
  /** Queries done in this set. */
  readonly done: number;
  /** Queries in this set. */
  readonly total: number;
  /** Sets finished before this one. */
  readonly datasetsDone: number;
  /** Sets in all. */
  readonly datasets: number;
}

/** Options of {@link NanoBeirEvaluator.run}. */
export interface NanoBeirRunOptions {
  /** Cancels loading and scoring. */
  signal?: AbortSignal | undefined;
  /** Results of an earlier evaluation with the same scorer and options: these queries are not redone. */
  finished?: readonly NanoBeirQueryResult[] | undefined;
  /** Called after each query. */
  onProgress?: ((progress: NanoBeirProgress, result: NanoBeirQueryResult) => void) | undefined;
}

/**
 * sentence-transformers' `CrossEncoderNanoBEIREvaluator` (6.0.1): reranks BM25's first 100 on small BEIR sets, and
 * gives each figure under the reference's key: `NanoMSMARCO_R100_ndcg@10` for a set and `NanoBEIR_R100_mean_ndcg@10`
 * for the mean of the sets, both also for `map` and `mrr@10`, and with `base_` before the measure for BM25's own.
 */
export class NanoBeirEvaluator {
  readonly #options: NanoBeirOptions & { datasets: readonly NanoBeirName[]; rerankK: number; k: number };
  readonly #source: FileSource;

  /** @throws RerankError `invalid-input` for no or unknown sets, or a count out of range. */
  constructor(options: NanoBeirOptions = {}) {
    const { datasets = ['msmarco', 'nfcorpus', 'nq'], rerankK = 100, k = 10 } = options;
    if (datasets.length === 0)
      throw new RerankError('invalid-input', 'datasets is empty: name at least one set.');
    datasets.forEach(nanoBeirSplit); // refuses unknown names before anything is fetched
    for (const [name, value] of Object.entries({ rerankK, k })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new RerankError('invalid-input', `${name} is ${value}: expected a whole number of 1 or more.`);
      }
    }
    this.#options = { ...options, datasets, rerankK, k };
    this.#source = options.source ?? hubDatasetSource();
  }

  /** The key of the main figure: `NanoBEIR_R100_mean_ndcg@10` with the defaults. */
  get primaryMetric(): string {
    return `NanoBEIR_R${this.#options.rerankK}_mean_ndcg@${this.#options.k}`;
  }

  /**
   * Loads and evaluates the sets, one after the other.
   *
   * @returns figures by the reference's keys: each set's, then the means over the sets.
   * @throws RerankError from loading (`not-found`, `invalid-data`, `download-failed`, …) or for unusable scores
   * (`run-failed`); the signal's reason when it is aborted.
   */
  async run(scorer: PairScorer, options: NanoBeirRunOptions = {}): Promise<Record<string, number>> {
    const { datasets, rerankK } = this.#options;
    const figures: Record<string, number> = {};
    const byMetric = new Map<string, number[]>();
    for (const [datasetsDone, dataset] of datasets.entries()) {
      const report = (result: NanoBeirQueryResult, done: number, total: number): void =>
        options.onProgress?.({ dataset, done, total, datasetsDone, datasets: datasets.length }, result);
      for (const [metric, value] of Object.entries(await this.#runSet(dataset, scorer, options, report))) {
        figures[`${nanoBeirSplit(dataset)}_R${rerankK}_${metric}`] = value;
        byMetric.set(metric, [...(byMetric.get(metric) ?? []), value]);
      }
    }
    for (const [metric, values] of byMetric) {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      figures[`NanoBEIR_R${rerankK}_mean_${metric}`] = mean;
    }
    return figures;
  }

  async #runSet(
    dataset: NanoBeirName,
    scorer: PairScorer,
    { signal, finished = [] }: NanoBeirRunOptions,
    report: (result: NanoBeirQueryResult, done: number, total: number) => void,
  ): Promise<Record<string, number>> {
    const { rerankK, readParquet, k, alwaysRerankPositives } = this.#options;
    const samples = await loadNanoBeirSet(dataset, this.#source, rerankK, { readParquet, signal });
    const evaluator = new CrossEncoderRerankingEvaluator(samples, { k, alwaysRerankPositives });
    const results: SampleResult[] = [];
    const known = finished.filter((result) => result.dataset === dataset);
    for await (const result of evaluator.evaluate(scorer, { signal, finished: known })) {
      results.push(result);
      report({ dataset, ...result }, results.length, evaluator.size);
    }
    return evaluator.summarise(results);
  }
}
