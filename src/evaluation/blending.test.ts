import { describe, expect, it } from 'vitest';
import { seeded } from '../testing/random.js';
import { blendReport, blendVerdict } from './blending.js';
import { RerankingEvaluator } from './evaluator.js';
import type { PairScorer, RerankingData, ScoredDocument } from './types.js';

/**
 * Queries with ten candidates of which one is right. The engine and the model each see it through noise of their own, so that
 * both together know more than either.
 */
function collection(queries: number, engineKnows: number, modelKnows: number, seed: number) {
  const random = seeded(seed);
  const data = {
    queries: new Map<string, string>(),
    corpus: new Map<string, string>(),
    qrels: new Map<string, ReadonlyMap<string, number>>(),
    run: new Map<string, ScoredDocument[]>(),
  } satisfies RerankingData<string>;
  for (let q = 0; q < queries; q++) {
    const scores = Array.from({ length: 10 }, (_, d) => {
      const right = d === 0 ? 1 : 0;
      data.corpus.set(`${q}-${d}`, `${right * modelKnows + random()}`);
      return { id: `${q}-${d}`, score: right * engineKnows + random() };
    });
    data.queries.set(`${q}`, `query ${q}`);
    data.qrels.set(`${q}`, new Map([[`${q}-0`, 1]]));
    data.run.set(`${q}`, scores);
  }
  return data;
}

/** Reads the score that stands in the passage. */
const scorer: PairScorer = {
  predict: (pairs) => Promise.resolve(Float32Array.from(pairs, ([, passage]) => Number(passage))),
};

async function judged(...given: Parameters<typeof collection>) {
  const data = collection(...given);
  const report = await new RerankingEvaluator(data).run(scorer);
  return { report, blend: blendReport(data, report.results, 'ndcg@10') };
}

describe('blendReport', () => {
  it('ends in the figures of the evaluation: the model alone, and the engine alone', async () => {
    const { report, blend } = await judged(30, 0.5, 0.5, 3);
    expect(blend.weights).toHaveLength(21);
    for (const curve of [blend.scores, blend.ranks]) {
      expect(curve[0]).toBeCloseTo(report.reranked['ndcg@10']!, 12);
      expect(curve.at(-1)).toBeCloseTo(report.baseline['ndcg@10']!, 12);
    }
  });

  it('finds that two that know different things know more together, also on queries it did not see', async () => {
    const { blend } = await judged(200, 0.5, 0.5, 5);
    expect(blend.best.weight).toBeGreaterThan(0.2);
    expect(blend.best.weight).toBeLessThan(0.8);
    expect(blend.best.figure).toBe(Math.max(...blend.scores, ...blend.ranks));
    expect(blend.crossValidated!.choices).toHaveLength(5);
    expect(blend.crossValidated!.figure).toBeGreaterThan(blend.scores[0]!);
    expect(blend.crossValidated!.figure).toBeLessThanOrEqual(blend.best.figure);
    expect(blend.crossValidated!.significance.pValue).toBeLessThan(0.05);
    expect(blendVerdict(blend)).toMatch(
      /chosen on the queries that it is measured on.*Blend with weight 0\.\d\d\.$/,
    );
  });

  it('advises against an engine that knows nothing', async () => {
    const { blend } = await judged(100, 0, 2, 7);
    expect(blend.best.weight).toBe(0);
    expect(blendVerdict(blend)).toMatch(/Leave the prior out\.$/);
  });

  it('shows luck as luck: what is best on the same queries is no better on others', async () => {
    const flattered: number[] = [];
    const honest: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const { blend } = await judged(12, 0, 0, seed); // both are noise
      flattered.push(blend.best.figure - blend.scores[0]!);
      honest.push(blend.crossValidated!.figure - blend.scores[0]!);
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(flattered)).toBeGreaterThan(0.03);
    expect(Math.abs(mean(honest))).toBeLessThan(mean(flattered) / 2);
  });

  it('says that a few queries are too few', async () => {
    const { blend } = await judged(6, 1, 0.2, 2);
    expect(blend.crossValidated).toBeUndefined();
    expect(blendVerdict(blend)).toContain('Judge 10 queries or more');
    expect(blendReport({ run: new Map(), qrels: new Map() }, [], 'map').best).toEqual({
      by: 'scores',
      weight: 0,
      figure: 0,
    });
  });
});
