import { BERLIN, expect, test } from './support.js';

/** Three stages, random weights; its scores equal those of its graph run whole (src/worker/staged-model.test.ts). */
const STAGED_MODEL = '/tiny/tiny-staged/';
const PASSAGES = Array.from({ length: 48 }, (_, index) => `${BERLIN.passages[index % 10]} number ${index}`);

test('a model in stages keeps passages in a pool of workers, and prunes with the same scores', async ({
  open,
}) => {
  const { page } = await open();
  const result = await page.evaluate(
    async ([model, query, passages]) => {
      const results = [];
      for (const keptPassageBytes of [undefined, 0]) {
        const options = { model, device: 'wasm', dtype: 'q8', workers: 2, keptPassageBytes } as const;
        const reranker = await window.library.createReranker(options);
        const stats: { kept: number; stageRows: number[] }[] = [];
        const onStats = (cost: (typeof stats)[number]) => stats.push(cost);
        await reranker.rank('museums of the city', passages, { onStats });
        const full = await reranker.rank(query, passages, { onStats });
        const adaptive = await reranker.rank(query, passages, { onStats, depth: 'adaptive', topK: 5 });
        results.push({ stages: reranker.info.stages, full, adaptive, stats });
        await reranker.dispose();
      }
      return results;
    },
    [STAGED_MODEL, BERLIN.query, PASSAGES] as const,
  );
  const [keeping, forgetful] = result;
  if (!keeping || !forgetful) throw new Error('unreachable');
  expect(keeping.stages).toBe(3);
  expect(keeping.full).toHaveLength(48);
  // Whoever was free may have taken a chunk of the other's.
  expect(keeping.stats[1]?.kept).toBeGreaterThan(24);
  expect(forgetful.stats.map(({ kept }) => kept)).toEqual([0, 0, 0]);
  const scores = new Map(forgetful.full.map(({ index, score }) => [index, score]));
  for (const { index, score } of [...keeping.full, ...keeping.adaptive, ...forgetful.adaptive])
    expect(score).toBeCloseTo(scores.get(index) ?? Number.NaN, 4);
  for (const { adaptive, stats } of result) {
    expect(adaptive).toHaveLength(5);
    const [first, , last = 0] = stats[2]?.stageRows ?? [];
    expect(first).toBe(48);
    expect(last).toBeLessThan(48);
  }
});

test('a crashed worker in the middle of an adaptive ranking is replaced', async ({ open }) => {
  const { page } = await open();
  const result = await page.evaluate(
    async ([model, query, passages]) => {
      const workers: Worker[] = [];
      window.Worker = class extends window.Worker {
        constructor(...parameters: ConstructorParameters<typeof Worker>) {
          super(...parameters);
          workers.push(this);
        }
      };
      const options = { model, device: 'wasm', dtype: 'fp32', workers: 1, batchTokens: 128 } as const;
      const reranker = await window.library.createReranker(options);
      const expected = await reranker.rank(query, passages, { depth: 'adaptive' });
      let crashed = false;
      const ranking = await reranker.rank(query, passages, {
        depth: 'adaptive',
        onPartial: () => {
          if (crashed) return;
          crashed = true;
          // A browser that kills a worker tells nobody in a way a test could cause; the event is all the page would see.
          workers[0]?.dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }));
        },
      });
      return { expected, ranking, started: workers.length };
    },
    [STAGED_MODEL, BERLIN.query, PASSAGES] as const,
  );
  expect(result.started).toBe(2);
  expect(result.ranking.map(({ index }) => index)).toEqual(result.expected.map(({ index }) => index));
});

test('WebGPU runs the stages, with the scores of WASM', async ({ open }) => {
  test.setTimeout(300_000); // the software adapter computes on the CPU: few pairs, and time
  const { page } = await open();
  const result = await page.evaluate(
    async ([model, query, passages]) => {
      const results = [];
      for (const device of ['webgpu', 'wasm'] as const) {
        const reranker = await window.library.createReranker({ model, device, dtype: 'w8' });
        const kept: number[] = [];
        const onStats = (cost: { kept: number }) => kept.push(cost.kept);
        await reranker.rank('museums of the city', passages, { onStats });
        const full = await reranker.rank(query, passages, { onStats });
        const adaptive = await reranker.rank(query, passages, { depth: 'adaptive', topK: 2 });
        results.push({ device: reranker.info.device, kept, full, adaptive });
        await reranker.dispose();
      }
      return results;
    },
    [STAGED_MODEL, BERLIN.query, PASSAGES.slice(0, 6)] as const,
  );
  const [gpu, wasm] = result;
  expect(result.map(({ device }) => device)).toEqual(['webgpu', 'wasm']);
  expect(gpu?.kept).toEqual([0, 6]);
  expect(gpu?.full.map(({ index }) => index)).toEqual(wasm?.full.map(({ index }) => index));
  gpu?.full.forEach(({ score }, place) =>
    expect(score).toBeCloseTo(wasm?.full[place]?.score ?? Number.NaN, 3),
  );
  expect(gpu?.adaptive.map(({ index }) => index)).toEqual(wasm?.adaptive.map(({ index }) => index));
});
