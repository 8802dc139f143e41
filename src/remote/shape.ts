/** How one API asks for scores and answers. What all of them share (batches, retries, checks) is done for all alike. */
export interface Shape {
  /** Path of the endpoint, where the caller's `url` names a host only. */
  readonly path: string;
  /** Most texts in a request unless the caller says otherwise: no more than the server takes by default. */
  readonly batchSize: number;
  /** Whether the server refuses a request that names no model. */
  readonly needsModel: boolean;
  /** Whether the server gives raw logits when it is asked; where it cannot be asked, the caller may know (`rawScores`). */
  readonly givesRaw: boolean;
  /** The name of the score in each item of the answer. */
  readonly score: 'score' | 'relevance_score';
  /** The request's body. */
  body(query: string, texts: readonly string[], settings: ShapeSettings): Record<string, unknown>;
  /** The list of scores within the answer, unchecked. */
  list(answer: unknown): unknown;
  /** Tells a score that stands for a failure; none by default. */
  isFailure?(score: number): boolean;
}

/** What a request's body says besides query and texts. */
export interface ShapeSettings {
  /** The model to use; undefined: the server's own. */
  readonly model: string | undefined;
  /** Whether raw logits are wanted. */
  readonly rawScores: boolean;
}

/** A field of an answer of unknown kind; undefined where there is none. */
export function field(answer: unknown, name: string): unknown {
  if (typeof answer !== 'object' || answer === null) return undefined;
  return (answer as Record<string, unknown>)[name];
}
