import { abortError, RerankError } from '../errors.js';
import type { PairScorer } from './types.js';

/**
 * Scores one query's passages, and refuses answers that no figure could be made from.
 *
 * @returns one finite score a passage, in order; empty without asking the scorer when there are no passages.
 * @throws RerankError `run-failed` when the scorer returns another number of scores, or a NaN or an infinity; the
 * signal's reason when it is aborted.
 */
export async function scorePassages(
  scorer: PairScorer,
  query: string,
  passages: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  if (signal?.aborted) throw abortError(signal);
  if (passages.length === 0) return new Float32Array(0);
  const pairs = passages.map((passage) => [query, passage] as const);
  const scores = await scorer.predict(pairs, signal ? { signal } : {});
  if (scores.length !== pairs.length) {
    throw new RerankError(
      'run-failed',
      `The scorer returned ${scores.length} scores for ${pairs.length} pairs: expected one score a pair.`,
    );
  }
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0) {
    throw new RerankError(
      'run-failed',
      `The scorer gave pair ${bad} of the query '${query.slice(0, 80)}' the score ${scores[bad]}: expected a finite ` +
        'number. Figures over such scores would be wrong, so the evaluation stops here.',
    );
  }
  return scores;
}
