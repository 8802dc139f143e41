import { RerankError } from '../errors.js';
import { candidates, type Pool } from './candidates.js';
import { meanMetrics, rankingMetrics, trecOrder } from './metrics.js';
import { passageTexts } from './passage-texts.js';
import { scorePassages } from './scoring.js';
import type {
  CorpusDocument,
  Judgments,
  MetricName,
  Metrics,
  PairScorer,
  RerankingData,
  ScoredDocument,
} from './types.js';
import { dataWarnings, similarIds, type DataWarning } from './warnings.js';

/** Options of {@link RerankingEvaluator}. */
export interface RerankingEvaluatorOptions<D = CorpusDocument> {
  /** Candidates to rerank for each query: the first `topK` of the run. Default 100. */
  topK?: number | undefined;
  /** Cut-off rank of the default measures. Default 10. */
  k?: number | undefined;
  /** The measures. Default `ndcg@k`, `mrr@k`, `map` and `recall@k`. */
  metrics?: readonly MetricName[] | undefined;
  /**
   * Adds the relevant documents that the run missed, as sentence-transformers' `always_rerank_positives`: they are
   * scored like any other, and stand behind the candidates in the figures before reranking (which are 0 where the run
   * found nothing relevant). Default false: what a user would see.
   */
  alwaysRerankPositives?: boolean | undefined;
  /**
   * True (default): every judged query counts, as 0 where the run has none (`trec_eval -c`). False: only queries in
   * both.
   */
  complete?: boolean | undefined;
  /**
   * What of a document is scored, as the option of the same name of `rank`. Called whenever a document is a candidate.
   * @default the document where it is a string, else its title (where it has one) and its text with a blank between, as
   *   BEIR does
   */
  text?: ((document: D) => string) | undefined;
}

/** One query, before and after reranking. Plain data: store it as JSON and hand it back to go on where it stopped. */
export interface QueryResult {
  /** The query's id. */
  readonly queryId: string;
  /** How many pairs were scored. */
  readonly pairs: number;
  /** How long the scorer took, in milliseconds. */
  readonly milliseconds: number;
  /** Figures of the candidates as they came. */
  readonly baseline: Metrics;
  /** Figures after reranking. */
  readonly reranked: Metrics;
  /** The new ranking with its scores, best first. */
  readonly ranking: readonly ScoredDocument[];
}

/** Figures over all queries. */
export interface RerankingReport {
  /** Number of queries averaged over. */
  readonly queries: number;
  /** Number of pairs scored. */
  readonly pairs: number;
  /** Mean figures before reranking. */
  readonly baseline: Metrics;
  /** Mean figures after reranking. */
  readonly reranked: Metrics;
  /** Pairs scored a second of the scorer's time; 0 when nothing was scored. */
  readonly pairsPerSecond: number;
  /** Each query, in the order of the judgments. */
  readonly results: readonly QueryResult[];
  /** Judged queries and documents that are not there; empty where all is well. */
  readonly warnings: readonly DataWarning[];
}

/** How far a run is, after each query. */
export interface EvaluationProgress {
  /** Queries done, those handed in as finished included. */
  readonly done: number;
  /** Queries in all. */
  readonly total: number;
  /** Pairs scored, those of finished queries included. */
  readonly pairsDone: number;
  /** Pairs in all. */
  readonly pairsTotal: number;
}

/** Options of {@link RerankingEvaluator.evaluate} and {@link RerankingEvaluator.run}. */
export interface EvaluateOptions {
  /** Cancels; the evaluation then throws the signal's reason. What was finished by then stays usable. */
  signal?: AbortSignal | undefined;
  /** Results of an earlier, interrupted evaluation with the same scorer and options: these queries are not redone. */
  finished?: readonly QueryResult[] | undefined;
}

/**
 * Reranks a judged collection's candidates and measures before and after, with trec_eval's definitions.
 *
 * Both figures are over the same pool: the first `topK` of the run in trec_eval's order (by score, ties by id,
 * descending), and the same documents in the order of the new scores. A query's own document, with its id and its text, is
 * no candidate, as in BEIR. (BEIR leaves out whatever has the query's id. Where queries and documents are both numbered from
 * 1, those are answers, too; so the text counts here.)
 */
export class RerankingEvaluator<D = CorpusDocument> {
  /** Ids of the queries that are averaged over, in the order of the judgments. */
  readonly queryIds: readonly string[];
  /** The measures, as they are named in the report. */
  readonly metrics: readonly MetricName[];
  /** Judged queries and documents that are not there, known before anything is scored; empty where all is well. */
  readonly warnings: readonly DataWarning[];

  readonly #data: RerankingData<D>;
  readonly #pools: ReadonlyMap<string, Pool>;
  readonly #textOf: (id: string) => string;

  /**
   * @param data - collection and candidates; read, never changed.
   * @throws RerankError `invalid-input` for an option out of range; `invalid-data` when nothing is judged, when run
   * and judgments share no query, or when a query or a candidate has no text.
   */
  constructor(data: RerankingData<D>, options: RerankingEvaluatorOptions<D> = {}) {
    const { topK = 100, k = 10, complete = true, alwaysRerankPositives = false } = options;
    requireCount('topK', topK);
    requireCount('k', k);
    this.#data = data;
    this.#textOf = passageTexts(data.corpus, options.text);
    this.metrics = options.metrics ?? [`ndcg@${k}`, `mrr@${k}`, 'map', `recall@${k}`];
    rankingMetrics([], new Map(), this.metrics); // refuses a wrong name now rather than after the first query
    this.queryIds = [...data.qrels.keys()].filter((id) => complete || data.run.has(id));
    this.#pools = new Map(
      this.queryIds.map(
        (id) => [id, candidates(data, id, this.#textOf, topK, alwaysRerankPositives)] as const,
      ),
    );
    this.#validate();
    this.warnings = dataWarnings(data, this.queryIds);
  }

  /** Number of pairs that a whole evaluation scores. */
  get pairs(): number {
    return [...this.#pools.values()].reduce((sum, { ids }) => sum + ids.length, 0);
  }

  /**
   * Evaluates query by query, in the order of {@link RerankingEvaluator.queryIds}. Finished ones are yielded too, as
   * they are.
   *
   * @throws RerankError `invalid-input` for finished results of other options, `run-failed` for unusable scores, and
   * whatever the scorer throws.
   */
  async *evaluate(
    scorer: PairScorer,
    options: EvaluateOptions = {},
  ): AsyncGenerator<QueryResult, void, undefined> {
    const finished = new Map((options.finished ?? []).map((result) => [result.queryId, result]));
    for (const result of finished.values()) this.#requireSameSettings(result);
    for (const queryId of this.queryIds) {
      yield finished.get(queryId) ?? (await this.#evaluateQuery(scorer, queryId, options.signal));
    }
  }

  /**
   * Evaluates all queries.
   *
   * @param options - as for {@link RerankingEvaluator.evaluate}; `onProgress` is called after each query.
   * @returns means and per-query figures.
   */
  async run(
    scorer: PairScorer,
    options: EvaluateOptions & {
      onProgress?: (progress: EvaluationProgress, result: QueryResult) => void;
    } = {},
  ): Promise<RerankingReport> {
    const results: QueryResult[] = [];
    const pairsTotal = this.pairs;
    let pairsDone = 0;
    for await (const result of this.evaluate(scorer, options)) {
      results.push(result);
      pairsDone += result.pairs;
      options.onProgress?.(
        { done: results.length, total: this.queryIds.length, pairsDone, pairsTotal },
        result,
      );
    }
    return summarise(results, this.metrics, this.warnings);
  }

  async #evaluateQuery(scorer: PairScorer, queryId: string, signal?: AbortSignal): Promise<QueryResult> {
    const { ids, baseline } = this.#pools.get(queryId) ?? { ids: [], baseline: [] };
    const judgments: Judgments = this.#data.qrels.get(queryId) ?? new Map();
    const passages = ids.map(this.#textOf);
    const started = performance.now();
    const scores = await scorePassages(scorer, this.#data.queries.get(queryId) ?? '', passages, signal);
    const milliseconds = performance.now() - started;
    const ranking = trecOrder(ids.map((id, i) => ({ id, score: scores[i] ?? 0 })));
    return {
      queryId,
      pairs: ids.length,
      milliseconds,
      baseline: rankingMetrics(baseline, judgments, this.metrics),
      reranked: rankingMetrics(
        ranking.map(({ id }) => id),
        judgments,
        this.metrics,
      ),
      ranking,
    };
  }

  #validate(): void {
    const { queries, corpus, qrels, run } = this.#data;
    const judged = [...qrels.keys()];
    if (judged.length > 0 && !judged.some((id) => queries.has(id) || run.has(id))) {
      throw new RerankError(
        'invalid-data',
        `None of the ${judged.length} judged queries is among the ${queries.size} queries: expected both to be of the ` +
          `same collection, with the same query ids.${similarIds(judged, queries.keys())}`,
      );
    }
    if (this.queryIds.length === 0 || !judged.some((id) => run.has(id))) {
      throw new RerankError(
        'invalid-data',
        `None of the ${qrels.size} judged queries is among the ${run.size} of the run: expected both to be of the ` +
          `same collection, with the same query ids.${similarIds(judged, run.keys())}`,
      );
    }
    for (const [queryId, { ids }] of this.#pools) {
      if (ids.length > 0 && !queries.has(queryId)) {
        throw new RerankError(
          'invalid-data',
          `Query '${queryId}' is judged and has candidates, but no text.${similarIds([queryId], queries.keys())}`,
        );
      }
      const lost = ids.find((id) => !corpus.has(id));
      if (lost !== undefined) {
        throw new RerankError(
          'invalid-data',
          `Document '${lost}', for query '${queryId}', is not in the corpus.${similarIds([lost], corpus.keys())}`,
        );
      }
    }
  }

  #requireSameSettings({ queryId, pairs, baseline, reranked }: QueryResult): void {
    const same =
      this.#pools.get(queryId)?.ids.length === pairs &&
      this.metrics.every((name) => name in baseline && name in reranked);
    if (!same) {
      throw new RerankError(
        'invalid-input',
        `The finished result of query '${queryId}' is of another collection or of other options: start afresh.`,
      );
    }
  }
}

/**
 * Means of per-query results; the part of a finished evaluation can be summarised too.
 *
 * @param warnings - the evaluator's, to be handed on.
 */
export function summarise(
  results: readonly QueryResult[],
  metrics: readonly MetricName[],
  warnings: readonly DataWarning[] = [],
): RerankingReport {
  const pairs = results.reduce((sum, result) => sum + result.pairs, 0);
  const seconds = results.reduce((sum, result) => sum + result.milliseconds, 0) / 1000;
  return {
    queries: results.length,
    pairs,
    baseline: meanMetrics(
      results.map((result) => result.baseline),
      metrics,
    ),
    reranked: meanMetrics(
      results.map((result) => result.reranked),
      metrics,
    ),
    pairsPerSecond: pairs > 0 && seconds > 0 ? pairs / seconds : 0,
    results,
    warnings,
  };
}

function requireCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RerankError('invalid-input', `${name} is ${value}: expected a whole number of 1 or more.`);
  }
}
