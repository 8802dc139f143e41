/** The scores of the engine that found the documents, as a part of the order. */
export interface ScorePrior {
  /** One finite number a document, in their order; higher is better, any scale. */
  scores: readonly number[] | Float32Array | Float64Array;
  /** What share of the order they decide, 0 (the model alone) to 1 (the engine alone). */
  weight: number;
}

/** The order in which the documents were given (the engine's, best first), as a part of the new order. */
export interface RankPrior {
  /** Always true. */
  ranks: true;
  /** What share of the order it decides, 0 (the model alone) to 1 (the engine alone). */
  weight: number;
  /** How gently a document's worth falls with its rank: it is 1 / (k + rank). 1 or more. @default 60 */
  k?: number | undefined;
}

/**
 * What was known before the model read the documents. With {@link ScorePrior} the order goes by
 * `(1 - weight) · model + weight · prior`, both brought to 0 … 1 over the documents (smallest and greatest, min-max); with
 * {@link RankPrior} by the reciprocal ranks in both orders, `(1 - weight) / (k + rank) + weight / (k + given rank)`.
 */
export type Prior = ScorePrior | RankPrior;

/** Options of {@link Reranker.rank} that let more than the model decide the order. None is set by default. */
export interface BlendingOptions {
  /**
   * Blends the model's scores with those of the engine that found the documents, or with its order. `score` stays the model's, and
   * `blended` is what the order goes by; it does not depend on the activation. Every document is scored in full, whatever `depth` says.
   * @default the model alone decides
   */
  prior?: Prior | undefined;
  /**
   * The first so many documents stay on top, in the order in which they were given. They are scored like all others, and
   * every document is scored in full, whatever `depth` says.
   * @default 0
   */
  keepFirst?: number | undefined;
  /**
   * Documents whose `score` (after the activation) is lower are left out, except those that `keepFirst` keeps. The result may
   * then be empty, and `topK` counts what is left.
   * @default none is left out
   */
  minScore?: number | undefined;
}
