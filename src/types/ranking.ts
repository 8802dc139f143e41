import type { BlendingOptions } from './blending.js';
import type { Activation, Depth, Overflow } from './choices.js';

/** A query and a passage. */
export type Pair = readonly [query: string, passage: string];

/** A document that tells its text by itself: a string, or an object that carries it as `text`. Others need {@link RankOptions.text}. */
export type RankDocument = string | { readonly text: string };

/** A part of a passage, in UTF-16 units as `String.prototype.slice` takes them. */
export interface CharacterRange {
  /** First character. */
  start: number;
  /** One past the last character. */
  end: number;
}

/** One place of a ranking. */
export interface RankedDocument<D = RankDocument> {
  /** Where the document stood in the input (`corpus_id` in sentence-transformers). */
  index: number;
  /** Its score after the activation; higher is better. */
  score: number;
  /** What the order goes by where a `prior` was given: higher is better, comparable within one ranking only. */
  blended?: number;
  /** The document as it was given. */
  document: D;
  /** The best window of its text, when `overflow: 'window'` had to cut this passage. */
  window?: CharacterRange;
}

/** What a call cost. Times in milliseconds; in a pool, `tokenizeMs` and `runMs` are summed over its workers. */
export interface ScoreStats {
  /** Pairs that were scored. */
  pairs: number;
  /** Rows that went through the model (more than `pairs` when passages were cut into windows). */
  rows: number;
  /** Tokens in those rows' batches, padding included; with `depth: 'adaptive'` once for each time a row was scored. */
  tokens: number;
  /** Batches that were scored. */
  batches: number;
  /** Rows whose passage was known already and went through the upper layers only; 0 for models without stages. */
  kept: number;
  /** Rows that came to each stage of the model, lowest first, kept ones included; `[rows]` for models without stages. */
  stageRows: number[];
  /** Time spent turning text into tokens. */
  tokenizeMs: number;
  /** Time spent inside the model. */
  runMs: number;
  /** Time from the call to its result. */
  totalMs: number;
}

/** Options of {@link Reranker.predict}. */
export interface PredictOptions {
  /** Cancels within one batch; the promise rejects at once with an `AbortError`, whose `cause` is the signal's reason. */
  signal?: AbortSignal | undefined;
  /** What to do with a passage that is too long. Default `truncate`, as in the reference. */
  overflow?: Overflow | undefined;
  /** Share of a window that the next one repeats, 0 to 0.9. Default 0.25. */
  windowOverlap?: number | undefined;
  /**
   * A text that is put in front of the query (of each pair's first text) before anything else, as
   * `CrossEncoder.predict(prompt=…)` does; an empty text for none. It counts like any text of the query.
   * @default the prompt that `promptName` names, else the model's default one, else none
   */
  prompt?: string | undefined;
  /** Name of one of the model's prompts, or of those in the option `prompts` of {@link createReranker}. Ignored beside `prompt`. */
  promptName?: string | undefined;
  /** Called once, when the scores are complete. What it throws is what the promise rejects with. */
  onStats?: ((stats: ScoreStats) => void) | undefined;
}

/** Options of {@link Reranker.rank}. */
export interface RankOptions<D = RankDocument> extends PredictOptions, BlendingOptions {
  /**
   * Gives the text of a document; needed for documents that are neither strings nor objects with a `text`. It is called
   * once a document, in their order, when the call is made, and answers at once. What it throws is what the promise rejects with.
   * @default the document itself where it is a string, else its `text`
   */
  text?: ((document: D) => string) | undefined;
  /** How many of the best to return. Default: all, or 10 with `depth: 'adaptive'`. */
  topK?: number | undefined;
  /**
   * `adaptive` scores every passage with an early head after the first layers and takes only those on that may be among
   * the best `topK`. What is returned has the same scores as with `full`, but a passage that the early heads misjudge may
   * be missing. A model without stages runs in full. Default `full`.
   */
  depth?: Depth | undefined;
  /**
   * What becomes of the logits.
   * @default what the model's manifest or the catalogue says, else what sentence-transformers' `rank` would do: the function
   *   that the model's own files name, and the sigmoid where they name none. The ms-marco models and those in this package
   *   give raw logits (`identity`). A model that names a function which is not known here is ranked only with this option.
   */
  activation?: Activation | undefined;
  /**
   * Called after each batch with the ranking of what is scored in full so far; `scored` counts what is decided. What it
   * throws ends the call, and the promise rejects with it. A promise that it gives is not waited for.
   */
  onPartial?:
    ((ranking: RankedDocument<D>[], progress: { scored: number; total: number }) => void) | undefined;
}
