/** What the evaluators score with: the reranker itself, or anything with its `predict` (a mock, a server, a file). */
export interface PairScorer {
  /**
   * Scores `[query, passage]` pairs.
   *
   * @param pairs - any number of pairs, in any order.
   * @param options - `signal` cancels; the promise then rejects with an `AbortError`.
   * @returns one score a pair, in the order of the input; higher is more relevant. Only the order matters.
   */
  predict(
    pairs: readonly (readonly [string, string])[],
    options?: { signal?: AbortSignal | undefined },
  ): Promise<Float32Array>;
}

/** A document of a BEIR corpus. */
export interface CorpusDocument {
  /** The title; empty when there is none. */
  readonly title: string;
  /** The body. */
  readonly text: string;
}

/** One line of a run: a document and the score that a system gave it for a query. */
export interface ScoredDocument {
  /** The document's id in the corpus. */
  readonly id: string;
  /** The system's score, higher is better. Any scale. */
  readonly score: number;
}

/** The judgments of one query: document id to integer grade; 1 or more is relevant, absent is unjudged. */
export type Judgments = ReadonlyMap<string, number>;

/** Judgments by query id. */
export type Qrels = ReadonlyMap<string, Judgments>;

/** Scored documents by query id. The order within a query does not count: trec_eval goes by the scores. */
export type Run = ReadonlyMap<string, readonly ScoredDocument[]>;

/**
 * A measure by the name used in reports: `map`, or `ndcg`, `mrr`, `map` or `recall` with a cut-off rank, as in
 * `ndcg@10`.
 */
export type MetricName = 'map' | `${'ndcg' | 'mrr' | 'map' | 'recall'}@${number}`;

/** Figures by measure, each between 0 and 1; only the measures that were asked for. */
export type Metrics = Readonly<Partial<Record<MetricName, number>>>;

/** A judged collection with candidates, in memory: what {@link RerankingEvaluator} runs over. `D`: what its documents are. */
export interface RerankingData<D = CorpusDocument> {
  /** Query text by query id. */
  readonly queries: ReadonlyMap<string, string>;
  /** Documents by id; at least the candidates. A judged one that is not here is warned of. */
  readonly corpus: ReadonlyMap<string, D>;
  /** Judgments by query id. */
  readonly qrels: Qrels;
  /** The first stage's candidates by query id. */
  readonly run: Run;
}
