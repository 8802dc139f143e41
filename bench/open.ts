import type { Browser, BrowserContext } from '@playwright/test';
import { goTo, openOptions, type Setting } from './browser.js';
import type { ContestantKey, ContestantSpec } from './contestants.js';
import { largest, rendererIds, residentBytes } from './memory.js';
import { openNative } from './native.js';
import type { Sample } from './pages/contestant.js';
import { weightsFile } from './server.js';
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
  /** GPU pipelines compiled until it was warm; 0 would mean that none are counted. */
  warmUpPipelines?: number;
  /** Highest resident memory of its process in bytes (Linux). */
  peakBytes?: number;
  /** Why it cannot run, or is not timed. */
  error?: string;
}

/** How {@link Measured.error} begins where there was no time for a contestant. */
export const LEFT_OUT = 'left out: no time left';

/** A contestant that is ready to rank. */
export interface Opened {
  /** What is known of it so far. */
  measured: Measured;
  /** Who it is. */
  spec: ContestantSpec;
  /** Ranks; browsers rank the workload that they were opened with. */
  rank: (work: Work) => Promise<Sample>;
  /** Highest resident memory in bytes, where the system says. */
  peak: () => number | undefined;
  /** Ends it. */
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

/** A contestant that cannot rank. */
export function unopened(measured: Measured, spec: ContestantSpec): Opened {
  return {
    measured,
    spec,
    rank: () => Promise.reject(new Error('not open')),
    peak: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** Opens a contestant and ranks a few passages, so that nobody pays for its start in the first round. */
export async function open(
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
    const { pipelines } = await page.evaluate(() => window.bench.rank());
    if (pipelines !== undefined) measured.warmUpPipelines = pipelines;
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
