import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { thisThread } from './testing/this-thread.js';
import { createRerankerIn } from './pooled-reranker.js';
import { fixture } from './testing/fixtures.js';
import type { RankedDocument, Reranker, ScoreStats } from './types.js';

// What blending does inside a call of `rank`; the sums themselves are tested in ranking/blend.test.ts.

vi.setConfig({ testTimeout: 120_000 });

const query = 'bright river market';
const hits = Array.from({ length: 24 }, (_, id) => ({
  body: `passage ${id} ${'of bright words '.repeat(id % 9)}`,
  points: (id * 7) % 24,
}));
const text = ({ body }: { body: string }) => body;
const scores = hits.map(({ points }) => points);

let reranker: Reranker;
let plain: RankedDocument<(typeof hits)[number]>[];
beforeAll(async () => {
  const options = {
    model: fixture('tiny-staged/').href,
    dtype: 'fp32',
    threads: 1,
    batchTokens: 64,
  } as const;
  reranker = await createRerankerIn(thisThread(), options);
  plain = await reranker.rank(query, hits, { text });
});
afterAll(() => reranker.dispose());

describe('blending in rank', () => {
  it('gives the scores of the model in the order of both, which is what was computed by hand', async () => {
    const ranking = await reranker.rank(query, hits, { text, prior: { scores, weight: 0.4 } });
    const model = new Map(plain.map(({ index, score }) => [index, score]));
    const least = Math.min(...model.values());
    const range = Math.max(...model.values()) - least;
    for (const { index, score, blended, document } of ranking) {
      expect(score).toBeCloseTo(model.get(index)!, 4);
      expect(blended).toBeCloseTo((0.6 * (score - least)) / range + (0.4 * document.points) / 23, 4);
    }
    const blended = ranking.map((place) => place.blended!);
    expect(blended).toEqual([...blended].sort((a, b) => b - a));
    expect(ranking.map(({ index }) => index)).not.toEqual(plain.map(({ index }) => index));
  });

  it('scores every document in full, and keeps the number that adaptive depth returns', async () => {
    for (const options of [{ prior: { ranks: true, weight: 0.5 } }, { keepFirst: 2 }] as const) {
      let stats: ScoreStats | undefined;
      const onStats = (cost: ScoreStats) => (stats = cost);
      const ranking = await reranker.rank(query, hits, { text, depth: 'adaptive', onStats, ...options });
      expect(ranking).toHaveLength(10);
      expect(stats?.stageRows).toEqual([hits.length, hits.length, hits.length]);
    }
  });

  it('tells partial orders by the same rules, the last of them the result', async () => {
    const partial: (typeof plain)[] = [];
    const options = { text, prior: { scores, weight: 0.7 }, keepFirst: 2, topK: 6 };
    const ranking = await reranker.rank(query, hits, {
      ...options,
      onPartial: (soFar) => partial.push(soFar),
    });
    expect(partial.length).toBeGreaterThan(2);
    expect(partial.at(-1)).toEqual(ranking);
    expect(ranking.slice(0, 2).map(({ index }) => index)).toEqual([0, 1]);
    for (const soFar of partial) {
      const pinned = soFar.findIndex(({ index }) => index >= 2);
      const rest = soFar.slice(Math.max(pinned, 0)).map(({ blended }) => blended!);
      expect(rest).toEqual([...rest].sort((a, b) => b - a));
    }
  });

  it('leaves out by the score after the activation, with windows too', async () => {
    const long = `${'bright river market of many words '.repeat(60)}end`;
    const options = { overflow: 'window', activation: 'sigmoid' } as const;
    const all = await reranker.rank(query, [long, 'a', 'b c'], options);
    const least = all[1]!.score;
    const some = await reranker.rank(query, [long, 'a', 'b c'], { ...options, minScore: least });
    expect(some.map(({ index }) => index)).toEqual(all.slice(0, 2).map(({ index }) => index));
    const given = await reranker.rank(query, [long, 'a', 'b c'], {
      ...options,
      prior: { scores: [1, 0, 0], weight: 1 },
    });
    expect(given[0]).toMatchObject({ index: 0, window: expect.any(Object) as unknown });
  });

  it('refuses a prior that does not fit before anything is scored', async () => {
    await expect(
      reranker.rank(query, hits, { text, prior: { scores: [1, 2], weight: 0.5 } }),
    ).rejects.toMatchObject({
      code: 'invalid-input',
      message: 'prior.scores has 2 numbers for 24 documents; expected one a document, in their order.',
    });
  });
});
