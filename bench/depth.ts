import type { Page } from '@playwright/test';
import { goTo, launch, openOptions, type Setting } from './browser.js';
import type { SearchWork } from './collection.js';
import type { ContestantSpec } from './contestants.js';
import type { How, Sample } from './pages/contestant.js';
import { differenceOfShared, topOverlap } from './statistics.js';

/** How many of the best are asked for. */
export const TOP_K = 10;

/** One ranking at one depth. */
export type DepthSample = Pick<Sample, 'ms' | 'runMs' | 'stageRows'>;

/** One query ranked at both depths. */
export interface DepthQuery {
  /** The query. */
  query: string;
  /** Every candidate through all layers. */
  full: DepthSample;
  /** Only those that can still be among the best go on. */
  adaptive: DepthSample;
  /** Share of the full depth's top 10 that adaptive depth returns too. */
  overlap: number;
  /** Largest difference of the scores that both return. */
  difference: number;
}

/** Adaptive against full depth. */
export interface DepthResult {
  /** Stages of the model; 1 for a model that cannot stop early. */
  stages: number;
  /** Candidates a query. */
  candidates: number;
  /** The queries that there was time for. */
  queries: DepthQuery[];
}

const DEPTHS = ['full', 'adaptive'] as const;

/**
 * Ranks each query at both depths, each depth in a page of its own with the default store, the first of the two changing from
 * query to query. Every query's passages are new to both pages. A model without stages is not measured: both depths
 * would be the same.
 * @param warmUp - more than {@link TOP_K} passages, so that the early heads are opened
 * @param left - milliseconds left
 */
export async function compareDepths(
  setting: Setting,
  spec: ContestantSpec,
  works: readonly SearchWork[],
  warmUp: SearchWork,
  left: () => number,
): Promise<DepthResult> {
  const browser = await launch();
  try {
    const result: DepthResult = { stages: 1, candidates: works[0]?.passages.length ?? 0, queries: [] };
    const pages: { depth: (typeof DEPTHS)[number]; page: Page }[] = [];
    for (const depth of DEPTHS) {
      const page = await (await browser.newContext()).newPage();
      await goTo(page, spec, setting);
      const options = { ...openOptions(spec, setting), keptPassageBytes: 'default' as const };
      const { stages = 1 } = await page.evaluate((options) => window.bench.open(options), options);
      result.stages = stages;
      if (stages < 2) return result;
      await rank(page, warmUp, { depth, topK: TOP_K });
      pages.push({ depth, page });
    }
    let slowest = 0;
    for (const [number, work] of works.entries()) {
      if (number > 0 && left() < slowest) break;
      const started = performance.now();
      const samples = new Map<string, Sample>();
      for (const { depth, page } of number % 2 === 0 ? pages : pages.toReversed())
        samples.set(depth, await rank(page, unseen(work, number), { depth, topK: TOP_K }));
      const [full, adaptive] = DEPTHS.map((depth) => samples.get(depth));
      if (full && adaptive) result.queries.push(compare(work.query, full, adaptive));
      slowest = Math.max(slowest, performance.now() - started);
    }
    return result;
  } finally {
    await browser.close();
  }
}

/** The same passages with a number at their end: candidates come up in several queries, and kept ones would be a gain. */
export function unseen(work: SearchWork, number: number): SearchWork {
  return { ...work, passages: work.passages.map((passage) => `${passage} ${number + 1}`) };
}

/** Hands a query and its candidates to a page and ranks them once. */
export async function rank(page: Page, work: SearchWork, how: How): Promise<Sample> {
  await page.evaluate((work) => window.bench.load({ ...work, rows: [] }), work);
  return page.evaluate((how) => window.bench.rank(how), how);
}

function compare(query: string, full: Sample, adaptive: Sample): DepthQuery {
  const reused = Math.max(full.kept ?? 0, adaptive.kept ?? 0);
  if (reused > 0) throw new Error(`${reused} passages were kept from an earlier query: no fair comparison`);
  const overlap = topOverlap(full.scores, adaptive.scores, TOP_K);
  console.log(
    `  ${query}: full ${full.ms.toFixed(0)} ms, adaptive ${adaptive.ms.toFixed(0)} ms, ` +
      `rows ${adaptive.stageRows?.join(' > ') ?? '?'}, overlap ${overlap}`,
  );
  return {
    query,
    full: sampleOf(full),
    adaptive: sampleOf(adaptive),
    overlap,
    difference: differenceOfShared(full.scores, adaptive.scores),
  };
}

function sampleOf({ ms, runMs, stageRows }: Sample): DepthSample {
  return { ms, ...(runMs === undefined ? {} : { runMs }), ...(stageRows === undefined ? {} : { stageRows }) };
}
