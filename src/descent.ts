import { addCost, noCost } from './bridge/pool.js';
import type { ScoreReport, Stages } from './protocol.js';
import type { Scores } from './ranking/scores.js';
import { survivors } from './ranking/survivors.js';
import type { ScoreStats } from './types.js';

/** What scores some of the pairs, at a cut or (without one) in full. */
type ScoreAt = (members: readonly number[], cut?: number) => Promise<{ scores: Scores; cost: ScoreReport }>;

/**
 * Cut by cut, each time with the passages that are still in the running, and at last through the whole model.
 * @param pairs - how many there are
 * @param cuts - where the model may be cut
 * @param best - only passages that may be among so many best go on
 */
export async function descend(
  pairs: number,
  cuts: Stages['cuts'],
  best: number,
  scoreAt: ScoreAt,
): Promise<{ scores: Scores; cost: Omit<ScoreStats, 'pairs' | 'totalMs'> }> {
  const costs: ScoreReport[] = [];
  let left = Array.from({ length: pairs }, (_, index) => index);
  for (const [cut, { margin }] of cuts.entries()) {
    if (left.length <= best) break; // all of them go on
    const early = await scoreAt(left, cut);
    costs.push(early.cost);
    left = survivors(early.scores.logits, best, margin);
  }
  const full = await scoreAt(left);
  const stageRows = [...costs, ...Array<ScoreReport>(cuts.length + 1 - costs.length).fill(full.cost)];
  const total = noCost();
  for (const cost of [...costs, full.cost]) addCost(total, cost);
  // Later passes find what the first has kept: that saves nothing over a single pass.
  const { rows, kept } = costs[0] ?? full.cost;
  return {
    scores: full.scores,
    cost: { ...total, rows, kept, stageRows: stageRows.map((cost) => cost.rows) },
  };
}
