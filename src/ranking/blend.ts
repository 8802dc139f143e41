import { orderByScore } from './order.js';
import type { ReadPrior } from './prior.js';

/**
 * What the order goes by where a prior has a say: one number a document, NaN where there is no logit yet. Logits are taken
 * as they are, before any activation, so that the order is the same with each.
 * @param logits - the model's; NaN where a document is not scored yet
 * @param prior - scores, or the order in which the documents stand
 */
export function blend(logits: ArrayLike<number>, prior: ReadPrior): Float64Array {
  const { weight } = prior;
  const model = prior.scores ? normalised(logits) : reciprocalRanks(logits, prior.k);
  const before = prior.scores
    ? normalised(prior.scores)
    : Float64Array.from(model, (_, index) => 1 / (prior.k + index + 1));
  return model.map((value, index) => (1 - weight) * value + weight * (before[index] ?? 0));
}

/** Brings numbers to 0 … 1; all to 0 where they are all alike. NaN stays NaN and counts for nothing. */
function normalised(values: ArrayLike<number>): Float64Array {
  let least = Infinity;
  let most = -Infinity;
  // Halves, so that the range of the largest numbers is a number, too.
  const halves = Float64Array.from(values, (value) => value / 2);
  for (const half of halves) {
    if (half < least) least = half;
    if (half > most) most = half;
  }
  const range = most - least;
  return halves.map((half) => (range > 0 ? (half - least) / range : half * 0));
}

/** One over the rank, softened by k; documents that tie share the better rank. */
function reciprocalRanks(logits: ArrayLike<number>, k: number): Float64Array {
  const worth = new Float64Array(logits.length).fill(NaN);
  let rank = 0;
  let last: number | undefined;
  for (const [place, index] of orderByScore(logits).entries()) {
    if (logits[index] !== last) rank = place + 1;
    last = logits[index];
    worth[index] = 1 / (k + rank);
  }
  return worth;
}
