import type { Browser } from '@playwright/test';
import type { Setting } from './browser.js';
import type { ContestantSpec } from './contestants.js';
import { LEFT_OUT, open, reasonOf, unopened, type Measured, type Opened } from './open.js';
import type { Pace } from './schedule.js';
import { largestDifference } from './statistics.js';
import type { Workload, WorkloadMaker } from './workload.js';

/** How many rounds, and for how long. */
export interface RoundPlan {
  /** Rounds for everyone. */
  rounds: number;
  /** Rounds for the slow ones. */
  slowRounds: number;
  /** Milliseconds left; nothing is begun that would take longer, as far as that is known. */
  left: () => number;
  /** What each contestant needed on the workloads before. */
  pace: Pace;
  /** Whether those that no ratio needs come last, once, and only within the budget. */
  extrasLast: boolean;
  /** The largest difference of scores that still counts as the same ranking. */
  tolerance: number;
}

/**
 * Ranks a workload with every contestant, one after the other, round by round; each round begins with another one. A
 * contestant whose scores differ from ours by more than the tolerance, or that fails, is not timed any further, and one
 * that there is no time for is left out, and says so.
 */
export async function runRounds(
  browser: Browser,
  setting: Setting,
  maker: WorkloadMaker,
  specs: readonly ContestantSpec[],
  workload: Workload,
  plan: RoundPlan,
): Promise<Measured[]> {
  const taken: number[] = [];
  const all: Opened[] = [];
  for (const spec of specs) {
    const isLate = all.length > 0 && plan.left() <= 0;
    all.push(
      isLate
        ? unopened({ key: spec.key, note: '', rounds: [], error: LEFT_OUT }, spec)
        : await open(browser, setting, maker, spec, workload, taken),
    );
  }
  const compare = new Reference(plan.tolerance);
  const extras = all.filter(({ spec }) => plan.extrasLast && spec.extra);
  const main = all.filter((each) => !extras.includes(each));
  const attempt = async (each: Opened, round: number) => {
    const { key, slow } = each.spec;
    const tokens = slow ? workload.passages.length * workload.tokens.max : workload.tokens.total;
    const ms = plan.pace.estimate(key, tokens) ?? 0;
    const isReference = each === all[0] && round === 0;
    if (isReference || ms < plan.left()) {
      await rankOnce(each, workload, round, compare);
      const taken = each.measured.rounds[round]?.ms;
      if (taken !== undefined) plan.pace.record(key, tokens, taken);
    } else if (each.measured.rounds.length === 0) {
      each.measured.error ??= `${LEFT_OUT}${ms > 0 ? ` for about ${Math.ceil(ms / 1000)} s` : ''}`;
    }
  };
  for (let round = 0; round < plan.rounds && (round === 0 || plan.left() > 0); round++) {
    // Ours is first in the first round, since the others are compared with its scores.
    const order = [...main.slice(round % main.length), ...main.slice(0, round % main.length)];
    for (const each of order) if (!each.spec.slow || round < plan.slowRounds) await attempt(each, round);
  }
  for (const each of extras) await attempt(each, 0);
  for (const { measured, peak, close } of all) {
    const bytes = peak();
    if (bytes !== undefined) measured.peakBytes = bytes;
    await close().catch(() => undefined);
  }
  return all.map(({ measured }) => measured);
}

/** Our scores, for the others to be compared with. */
class Reference {
  #scores: number[] | undefined;

  constructor(private readonly tolerance: number) {}

  /** @throws Error when the scores are not those of ours */
  check(measured: Measured, scores: number[]): void {
    this.#scores ??= scores;
    const difference = largestDifference(scores, this.#scores);
    measured.largestDifference = Math.max(measured.largestDifference ?? 0, difference);
    if (difference > this.tolerance)
      throw new Error(`not timed: its scores differ from ours by up to ${difference.toFixed(2)}`);
  }
}

async function rankOnce(
  { spec, measured, rank }: Opened,
  workload: Workload,
  round: number,
  reference: Reference,
): Promise<void> {
  if (measured.error !== undefined) return;
  try {
    const { scores, ...sample } = await rank(workload);
    if (!spec.unscored) reference.check(measured, scores);
    measured.rounds[round] = sample;
    console.log(`  ${workload.name} round ${round + 1} ${spec.key}: ${sample.ms.toFixed(0)} ms`);
  } catch (error) {
    measured.error = reasonOf(error);
    measured.rounds = [];
    console.log(`  ${workload.name} ${spec.key}: ${measured.error}`);
  }
}
