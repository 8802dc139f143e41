import { describe, expect, it } from 'vitest';
import { createRerankerIn } from '../pooled-reranker.js';
import { fixture } from '../testing/fixtures.js';
import { readStagedGoldens } from '../testing/staged.js';
import { scorerOf } from './depth-scorer.js';
import { thisThread } from '../testing/this-thread.js';

describe('scorerOf', { timeout: 60_000 }, () => {
  it('puts what an adaptive ranking leaves out below it, in the order it came in', async () => {
    const model = fixture('tiny-staged/').href;
    const reranker = await createRerankerIn(thisThread(), { model, dtype: 'fp32', threads: 1 });
    const passages = readStagedGoldens()
      .pairs.slice(0, 30)
      .map(([, passage]) => passage);
    const pairs = passages.map((passage) => ['copper bridge', passage] as const);
    const best = await reranker.rank('copper bridge', passages, { depth: 'adaptive', topK: 4 });
    const scores = await scorerOf(reranker, 'adaptive', 4).predict(pairs);
    const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
    const chosen = best.map(({ index }) => index);
    expect(order.slice(0, 4)).toEqual(chosen);
    expect(order.slice(4)).toEqual([...pairs.keys()].filter((index) => !chosen.includes(index)));
    expect(scorerOf(reranker, 'full', 4)).toBe(reranker);
    expect(await scorerOf(reranker, 'adaptive', 4).predict([])).toHaveLength(0);
  });
});
