import { RerankError } from '../errors.js';
import { fail, guard, isArray, numberBetween, readOptions, type Kind, type Kinds } from '../kinds.js';
import type { Prior, RankPrior, ScorePrior } from '../types.js';

/** The k of the paper that brought reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009). */
const DEFAULT_K = 60;

const PRIOR: Kinds<ScorePrior & RankPrior> = {
  scores: {
    is: (value) => isArray(value) || value instanceof Float32Array || value instanceof Float64Array,
    expected: 'an array of numbers, one a document',
  },
  ranks: { is: (value) => value === true, expected: 'true' },
  weight: numberBetween(0, 1),
  k: numberBetween(1, Number.MAX_SAFE_INTEGER),
};

/** A finite number. */
export const FINITE: Kind = { is: Number.isFinite, expected: 'a finite number' };

/** A prior that was read and checked. */
export type ReadPrior =
  { scores: Float64Array; weight: number } | { scores?: undefined; weight: number; k: number };

/**
 * Reads what `rank` is given as its prior, once.
 * @param documents - how many there are
 * @throws RerankError `invalid-input` for a wrong shape, another number of scores, or one that is not finite
 */
export function readPrior(prior: Prior, documents: number): ReadPrior {
  // The two kinds of it share a table: which of them it is, is seen below.
  const {
    scores,
    ranks,
    weight,
    k = DEFAULT_K,
  } = readOptions<Partial<ScorePrior & RankPrior>>('prior', prior, PRIOR);
  if ((scores === undefined) === (ranks === undefined)) {
    throw new RerankError(
      'invalid-input',
      'prior needs either scores, one a document, or ranks: true for the order in which the documents were given.',
    );
  }
  if (weight === undefined) return fail('prior.weight', weight, PRIOR.weight.expected);
  if (!scores) return { weight, k };
  const read: unknown[] = guard('prior.scores', () => Array.from<unknown>(scores));
  if (read.length !== documents) {
    throw new RerankError(
      'invalid-input',
      `prior.scores has ${read.length} numbers for ${documents} documents; expected one a document, in their order.`,
    );
  }
  const wrong = read.findIndex((score) => !FINITE.is(score));
  if (wrong >= 0) return fail(`prior.scores[${wrong}]`, read[wrong], FINITE.expected);
  return { scores: Float64Array.from(read as number[]), weight };
}
