import { RerankError } from '../errors.js';
import type { SelfCheck } from '../protocol.js';
import type { Dtype } from '../types.js';

/**
 * Compares fresh logits with the stored ones. Without stored logits it checks what any ranker must hold: every logit
 * finite, and not all alike.
 *
 * @returns the greatest difference, or undefined where no reference logits are known
 * @throws RerankError `self-check-failed` with the pair, what came out and what was expected
 */
export function verifyLogits(check: SelfCheck, logits: ArrayLike<number>): number | undefined {
  const fresh = Array.from(logits);
  const broken = fresh.findIndex((logit) => !Number.isFinite(logit));
  if (fresh.length !== check.pairs.length || broken >= 0) {
    fail(`pair ${broken} scored ${fresh[broken]}, which is not a finite number`);
  }
  if (!check.logits) {
    if (fresh.length > 1 && fresh.every((logit) => logit === fresh[0])) fail(`every pair scored ${fresh[0]}`);
    return undefined;
  }
  const tolerance = check.tolerance ?? 0;
  let greatest = 0;
  for (const [index, expected] of check.logits.entries()) {
    const logit = fresh[index] ?? Number.NaN;
    const difference = Math.abs(logit - expected);
    if (!(difference <= tolerance)) {
      fail(`pair ${index} scored ${logit.toFixed(4)}, expected ${expected.toFixed(4)} ± ${tolerance}`);
    }
    greatest = Math.max(greatest, difference);
  }
  return greatest;
}

function fail(what: string): never {
  throw new RerankError(
    'self-check-failed',
    `Self-check failed: ${what}. The backend computes this model wrongly.`,
  );
}

/**
 * How far WebGPU may be from the CPU for the same graph: `floor` logits and `share` of the largest logit. Kernels that are wrong
 * are off by some tenths of the scores' range or more; what is right differs by rounding only: fp32 sums in another order and
 * approximated exp and tanh, w8 and q4 also by activations that one side may round to 8 bits, and fp16 by 11 bits at every step.
 */
const CROSS_TOLERANCE: Readonly<Record<Dtype, { floor: number; share: number }>> = {
  fp32: { floor: 0.002, share: 0.002 },
  w8: { floor: 0.01, share: 0.01 },
  q4: { floor: 0.01, share: 0.01 },
  q8: { floor: 0.05, share: 0.02 },
  fp16: { floor: 0.05, share: 0.02 },
  q4f16: { floor: 0.05, share: 0.02 },
};

/** The greatest difference to the CPU's logits, in logits, that a backend may show for weights of this dtype. */
export function crossTolerance(dtype: Dtype, logits: ArrayLike<number>): number {
  const { floor, share } = CROSS_TOLERANCE[dtype];
  return floor + share * Math.max(...Array.from(logits, Math.abs));
}

/** Used where the model brings no check pairs: one answer, one off the point, one long enough for every kernel. */
export const DEFAULT_CHECK: SelfCheck = {
  pairs: [
    ['How many people live in Berlin?', 'Berlin had a population of 3,520,031 registered inhabitants.'],
    ['How many people live in Berlin?', 'A sonnet has fourteen lines.'],
    [
      'what keeps a sailing boat upright',
      'A keel is the long fin under the hull of a sailing boat. Its weight, often lead or iron, sits far below the ' +
        'water line and pulls the boat back up when the wind leans on the sails, and its flat sides resist the water, ' +
        'so that the boat goes ahead instead of drifting sideways. Boats without a keel rely on a wide hull, on the ' +
        'crew leaning out over the windward side, or on a second hull some way off, as in a catamaran.',
    ],
  ],
};
