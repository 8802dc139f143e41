import type { Browser, Page } from '@playwright/test';
import { goTo, launch, openOptions, type Setting } from './browser.js';
import type { FollowUp, SearchWork } from './collection.js';
import type { ContestantSpec } from './contestants.js';
import { rank } from './depth.js';
import { largestDifference } from './statistics.js';

/** Two queries over the same candidates. */
export interface KeptRound {
  /** Milliseconds of the first query, nothing kept before. */
  firstMs: number;
  /** Milliseconds of the second. */
  secondMs: number;
  /** Milliseconds of the second query in a reranker that keeps nothing. */
  unkeptMs: number;
  /** Rows whose states were reused in the second query. */
  kept: number;
  /** Largest difference of the second query's scores from those of the reranker that keeps nothing. */
  difference: number;
}

/** Kept passages against none kept. */
export interface KeptResult {
  /** Stages of the model; 1 for a model whose passages cannot be kept. */
  stages: number;
  /** Candidates a query. */
  candidates: number;
  /** A fresh reranker each. */
  rounds: KeptRound[];
}

/**
 * Opens a fresh reranker a round (with the default store), ranks two queries over the same candidates, and compares the second's scores
 * with those of a reranker that keeps nothing.
 * @param most - rounds at most
 * @param left - milliseconds left
 */
export async function keepPassages(
  setting: Setting,
  spec: ContestantSpec,
  pairs: readonly FollowUp[],
  warmUp: SearchWork,
  most: number,
  left: () => number,
): Promise<KeptResult> {
  const browser = await launch();
  try {
    const fresh = await openPage(browser, setting, spec, 0, warmUp);
    const { stages } = fresh;
    const result: KeptResult = { stages, candidates: pairs[0]?.first.passages.length ?? 0, rounds: [] };
    if (stages < 2) return result;
    let slowest = 0;
    for (const { first, second } of pairs.slice(0, most)) {
      if (result.rounds.length > 0 && left() < slowest) break;
      const started = performance.now();
      const keeping = await openPage(browser, setting, spec, 'default', warmUp);
      const before = await rank(keeping.page, first, {});
      const after = await rank(keeping.page, second, {});
      await keeping.page.context().close();
      const reference = await rank(fresh.page, second, {});
      const round: KeptRound = {
        firstMs: before.ms,
        secondMs: after.ms,
        unkeptMs: reference.ms,
        kept: after.kept ?? 0,
        difference: largestDifference(after.scores, reference.scores),
      };
      result.rounds.push(round);
      console.log(
        `  first ${before.ms.toFixed(0)} ms, second ${after.ms.toFixed(0)} ms, keeping nothing ` +
          `${reference.ms.toFixed(0)} ms, kept ${round.kept}, scores differ by ${round.difference}`,
      );
      slowest = Math.max(slowest, performance.now() - started);
    }
    return result;
  } finally {
    await browser.close();
  }
}

/** A page with a reranker of its own, warm, that has seen none of the candidates. */
async function openPage(
  browser: Browser,
  setting: Setting,
  spec: ContestantSpec,
  keptPassageBytes: number | 'default',
  warmUp: SearchWork,
): Promise<{ page: Page; stages: number }> {
  const page = await (await browser.newContext()).newPage();
  await goTo(page, spec, setting);
  const options = { ...openOptions(spec, setting), keptPassageBytes };
  const { stages = 1 } = await page.evaluate((options) => window.bench.open(options), options);
  await rank(page, warmUp, {});
  return { page, stages };
}
