/**
 * The paired randomisation (permutation) test on per-query differences: Smucker, Allan and Carterette, "A comparison
 * of statistical significance tests for information retrieval evaluation", CIKM 2007. Under the null hypothesis the
 * two systems are one, so each query's difference could as well have had the other sign.
 */
import { RerankError } from '../errors.js';
import { randomBits } from './random-bits.js';

/** The result of {@link randomisationTest}. */
export interface RandomisationResult {
  /** Mean of `after - before` over the pairs. */
  readonly meanDifference: number;
  /** Two-sided p-value: the share of sign assignments with a mean at least this far from 0. In (0, 1]. */
  readonly pValue: number;
  /** Whether every assignment was counted (true), or a random sample of them. */
  readonly exact: boolean;
  /** How many assignments were counted. */
  readonly permutations: number;
}

/** Options of {@link randomisationTest}. */
export interface RandomisationOptions {
  /** Assignments to sample when they are too many to count all. Default 100,000. */
  permutations?: number | undefined;
  /** Seed of the sample: the same seed gives the same p-value. Default 1. */
  seed?: number | undefined;
}

// Signs over at most 16 differences that are not zero are 65,536 assignments: fewer than a sample, so all are counted.
const EXACT_LIMIT = 16;

/**
 * Tests whether two systems differ over the same queries.
 *
 * Exact with up to 16 queries that differ (ties take no part: their sign changes nothing); otherwise over a seeded
 * sample, where the assignment observed is counted too, so that the p-value is never 0: (hits + 1) / (samples + 1)
 * (Phipson and Smyth, 2010).
 *
 * @param before - one figure a query.
 * @param after - the other system's figures, in the same order.
 * @throws RerankError `invalid-input` when the lengths differ or `permutations` is not a positive whole number.
 */
export function randomisationTest(
  before: readonly number[],
  after: readonly number[],
  options: RandomisationOptions = {},
): RandomisationResult {
  const { permutations = 100_000, seed = 1 } = options;
  if (before.length !== after.length) {
    throw new RerankError(
      'invalid-input',
      `Got ${before.length} and ${after.length} figures: expected pairs.`,
    );
  }
  if (!Number.isInteger(permutations) || permutations < 1) {
    throw new RerankError(
      'invalid-input',
      `permutations is ${permutations}: expected a whole number of 1 or more.`,
    );
  }
  const all = before.map((figure, i) => (after[i] ?? 0) - figure);
  const differences = Float64Array.from(all.filter((difference) => difference !== 0));
  const total = differences.reduce((sum, difference) => sum + difference, 0);
  const meanDifference = all.length > 0 ? total / all.length : 0;
  // Sums of the same numbers in another order differ by rounding: without the margin exact ties would be missed.
  const threshold = Math.abs(total) - 1e-12 * Math.max(1, all.length);
  if (differences.length <= EXACT_LIMIT) {
    const count = 2 ** differences.length;
    return {
      meanDifference,
      pValue: countAll(differences, threshold) / count,
      exact: true,
      permutations: count,
    };
  }
  const hits = countSampled(differences, threshold, permutations, randomBits(seed));
  return { meanDifference, pValue: (hits + 1) / (permutations + 1), exact: false, permutations };
}

function countAll(differences: Float64Array, threshold: number): number {
  let hits = 0;
  for (let signs = 0; signs < 2 ** differences.length; signs++) {
    let sum = 0;
    for (let i = 0; i < differences.length; i++)
      sum += (signs >>> i) & 1 ? -(differences[i] ?? 0) : (differences[i] ?? 0);
    if (Math.abs(sum) >= threshold) hits += 1;
  }
  return hits;
}

function countSampled(
  differences: Float64Array,
  threshold: number,
  permutations: number,
  next: () => number,
): number {
  let hits = 0;
  for (let sample = 0; sample < permutations; sample++) {
    let sum = 0;
    let bits = 0;
    for (let i = 0; i < differences.length; i++) {
      if (i % 32 === 0) bits = next();
      sum += bits & 1 ? -(differences[i] ?? 0) : (differences[i] ?? 0);
      bits >>>= 1;
    }
    if (Math.abs(sum) >= threshold) hits += 1;
  }
  return hits;
}
