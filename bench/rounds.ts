import type { Browser, BrowserContext } from '@playwright/test';
import { goTo, openOptions, type Setting } from './browser.js';
import type { ContestantKey, ContestantSpec } from './contestants.js';
import { largest, rendererIds, residentBytes } from './memory.js';
import { openNative } from './native.js';
import type { Sample } from './pages/contestant.js';
import type { Pace } from './schedule.js';
import { weightsFile } from './server.js';
import { largestDifference } from './statistics.js';
import type { Work, Workload, WorkloadMaker } from './workload.js';

/** Everything measured of one contestant on one workload. */
export interface Measured {
  /** Its name. */
  key: ContestantKey;
  /** What it ran on. */
  note: string;
  /** A sample a round; undefined where it was left out. */
  rounds: (Omit<Sample, 'scores'> | undefined)[];
  /** Largest difference of its scores from ours. */
  largestDifference?: number;
  /** Highest resident memory of its process in bytes (Linux). */
  peakBytes?: number;
  /** Why it cannot run, or is not timed. */
  error?: string;
}

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

interface Opened {
  measured: Measured;
  spec: ContestantSpec;
  rank: (work: Work) => Promise<Sample>;
  peak: () => number | undefined;
  close: () => Promise<void>;
}

/** Why something failed, on one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/\s+/g, ' ')
    .replace(/ at \S+ \(http.*/, '')
    .slice(0, 300);
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
        ? unopened({ key: spec.key, note: '', rounds: [], error: 'left out: no time left' }, spec)
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
    if (ms < plan.left()) {
      await rankOnce(each, workload, round, compare);
      const taken = each.measured.rounds[round]?.ms;
      if (taken !== undefined) plan.pace.record(key, tokens, taken);
    } else if (each.measured.rounds.length === 0) {
      each.measured.error ??= `left out: no time left${ms > 0 ? ` for about ${Math.ceil(ms / 1000)} s` : ''}`;
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

function unopened(measured: Measured, spec: ContestantSpec): Opened {
  return {
    measured,
    spec,
    rank: () => Promise.reject(new Error('not open')),
    peak: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** Opens a contestant and ranks a few passages, so that nobody pays for its start in the first round. */
async function open(
  browser: Browser,
  setting: Setting,
  maker: WorkloadMaker,
  spec: ContestantSpec,
  workload: Workload,
  taken: number[],
): Promise<Opened> {
  const measured: Measured = { key: spec.key, note: '', rounds: [] };
  const warmUp: Work = {
    query: workload.query,
    passages: workload.passages.slice(0, 3),
    rows: workload.rows.slice(0, 3),
  };
  let context: BrowserContext | undefined;
  const opened: Opened = { ...unopened(measured, spec), close: async () => context?.close() };
  try {
    if (spec.page === 'node') {
      const native = await openNative(weightsFile(setting.model), setting.threads, maker);
      measured.note = native.note;
      await native.rank(warmUp);
      return { ...opened, rank: native.rank, close: native.close };
    }
    context = await browser.newContext();
    const page = await context.newPage();
    await goTo(page, spec, setting);
    const options = openOptions(spec, setting);
    measured.note = (await page.evaluate((options) => window.bench.open(options), options)).note;
    const load = (work: Work) => page.evaluate((work) => window.bench.load(work), work);
    await load(warmUp);
    await page.evaluate(() => window.bench.rank());
    await load(workload);
    const process = largest(await rendererIds(browser), taken);
    if (process !== undefined) taken.push(process);
    return {
      ...opened,
      rank: () => page.evaluate(() => window.bench.rank()),
      peak: () => (process === undefined ? undefined : residentBytes(process)?.peak),
    };
  } catch (error) {
    measured.error = `cannot run: ${reasonOf(error)}`;
    console.log(`  ${spec.key}: ${measured.error}`);
    await context?.close().catch(() => undefined);
    return unopened(measured, spec);
  }
}
