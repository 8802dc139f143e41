import { goTo, launch, openOptions, type Setting } from './browser.js';
import type { ContestantSpec } from './contestants.js';
import { largest, measuredBytes, rendererIds, residentBytes } from './memory.js';
import type { Work } from './workload.js';

/** Memory after some and after many rankings. */
export interface ManyRanks {
  /** Whether passages were kept between rankings, or nothing was. */
  keeps: boolean;
  /** How many rankings, then by the browser's account and as resident in its process, in bytes. */
  points: { ranks: number; measured?: number; resident?: number }[];
}

/**
 * Ranks a few short passages again and again, and looks at the memory of the page and its workers in between.
 * @param keeps - with the library's default for kept passages; else each ranking computes everything
 * @param ask - asks the browser, too, which takes it up to a minute each time
 */
export async function rankMany(
  setting: Setting,
  spec: ContestantSpec,
  work: Work,
  counts: readonly number[],
  keeps: boolean,
  ask: boolean,
): Promise<ManyRanks> {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await goTo(page, spec, setting);
    const options = { ...openOptions(spec, setting), keptPassageBytes: keeps ? ('default' as const) : 0 };
    await page.evaluate((options) => window.bench.open(options), options);
    await page.evaluate((work) => window.bench.load(work), work);
    const process = largest(await rendererIds(browser), []);
    const points: ManyRanks['points'] = [];
    let done = 0;
    for (const ranks of counts) {
      await page.evaluate((times) => window.bench.rankMany(times), ranks - done);
      done = ranks;
      const measured = ask ? await measuredBytes(page) : undefined;
      const resident = process === undefined ? undefined : residentBytes(process)?.now;
      points.push({
        ranks,
        ...(measured === undefined ? {} : { measured }),
        ...(resident === undefined ? {} : { resident }),
      });
    }
    return { keeps, points };
  } finally {
    await browser.close();
  }
}
