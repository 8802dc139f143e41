import type { RerankerInfo } from './info.js';
import type { Pair, PredictOptions, RankDocument, RankedDocument, RankOptions } from './ranking.js';

declare global {
  // For apps whose `lib` has no `esnext.disposable`; where it has, the two are one.
  interface SymbolConstructor {
    /** The key of the method that `await using` calls. */
    readonly asyncDispose: unique symbol;
  }
}

/**
 * A model that is loaded, checked and ready to score. Calls may be made at any time, also while others are under way: they run
 * one after another, in the order in which they were made. With `await using` it is disposed at the end of its block.
 */
export interface Reranker {
  /** What was chosen, and why. A copy: it does not change under the caller. */
  readonly info: RerankerInfo;

  /**
   * Scores pairs.
   * @returns the raw logits, in the order of the input: what `CrossEncoder.predict` computes before its activation,
   *   whatever the model's own activation is.
   * @throws RerankError `invalid-input` for anything but pairs of strings; `run-failed`, `disposed`.
   */
  predict(pairs: readonly Pair[], options?: PredictOptions): Promise<Float32Array>;

  /**
   * Ranks passages for a query, best first, ties by index, with the scores of `CrossEncoder.rank`: the model's own
   * activation is applied unless {@link RankOptions.activation} says otherwise. An empty list gives an empty ranking.
   * Documents that are neither strings nor objects with a `text` are ranked by the text that {@link RankOptions.text} gives.
   * @throws RerankError `invalid-input` for a query or documents of the wrong kind; `unsupported-model` where the model
   *   names an activation that is not known here and none is given; `run-failed`, `disposed`.
   */
  rank<D extends RankDocument>(
    query: string,
    documents: readonly D[],
    options?: RankOptions<D>,
  ): Promise<RankedDocument<D>[]>;
  /** Ranks documents of any shape. */
  rank<D>(
    query: string,
    documents: readonly D[],
    options: RankOptions<D> & { text: (document: D) => string },
  ): Promise<RankedDocument<D>[]>;

  /** Stops the workers and frees their memory. Pending calls reject with `disposed`. May be called twice. */
  dispose(): Promise<void>;

  /** As `dispose`: what `await using` calls at the end of a block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Where a reranker comes from: one that is ready, a promise of one, or a function that makes one when it is first needed, so that a
 * visitor who never searches downloads nothing. Whoever makes the reranker disposes it; what takes a source never does.
 */
export type RerankerSource = Reranker | PromiseLike<Reranker> | (() => Reranker | PromiseLike<Reranker>);
