import { BERLIN, expect, rankOnce, test, TINY_MODEL } from './support.js';

const wasmFiles = (requests: readonly { path: string }[]) => [
  ...new Set(requests.map(({ path }) => path).filter((path) => path.endsWith('.wasm'))),
];

test('WASM on one thread ranks the Berlin example', async ({ open }) => {
  const { page, server } = await open();
  const { info, ranking } = await rankOnce(page, {
    model: 'minilm-l6-rerank-en',
    device: 'wasm',
    workers: 1,
  });
  expect(info).toMatchObject({ device: 'wasm', threads: 1, workers: 1, model: 'minilm-l6-rerank-en' });
  const order = ranking.map(({ index }) => index);
  // The three that the published scores of ms-marco-MiniLM-L6-v2 put first; the population of the urban area leads.
  expect(order[0]).toBe(3);
  expect(new Set(order.slice(0, 3))).toEqual(new Set([0, 3, 5]));
  expect(order.at(-1)).toBe(4); // Paris
  expect(ranking[0]?.document).toBe(BERLIN.passages[order[0] ?? -1]);
  expect(wasmFiles(server.requests)).toEqual([expect.stringMatching(/ort-wasm-simd-threaded-[\w-]+\.wasm$/)]);
});

test('WASM runs on threads where the page is isolated', async ({ open }) => {
  const { page } = await open({ isolated: true });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const { info, ranking } = await rankOnce(page, {
    model: 'minilm-l6-rerank-en',
    device: 'wasm',
    threads: 2,
  });
  expect(info).toMatchObject({ device: 'wasm', threads: 2, workers: 1 });
  expect(new Set(ranking.slice(0, 3).map(({ index }) => index))).toEqual(new Set([0, 3, 5]));
});

test('a pool of workers shares the batches where the page is not isolated', async ({ open }) => {
  const { page, server } = await open();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  const passages = Array.from({ length: 60 }, (_, index) => `${BERLIN.passages[index % 10]} number ${index}`);
  const many = { query: BERLIN.query, passages };
  const one = await rankOnce(page, { model: TINY_MODEL, dtype: 'fp32', workers: 1 }, many);
  const three = await rankOnce(page, { model: TINY_MODEL, dtype: 'fp32', workers: 3 }, many);
  expect(three.info).toMatchObject({ workers: 3, threads: 1 });
  await expect.poll(() => page.workers().length).toBe(0); // both were disposed
  expect(three.ranking.map(({ index }) => index)).toEqual(one.ranking.map(({ index }) => index));
  three.ranking.forEach(({ score }, place) =>
    expect(score).toBeCloseTo(one.ranking[place]?.score ?? Number.NaN, 4),
  );
  // The model came once for both (the second time from the cache), although four workers opened it.
  expect(server.requests.filter(({ path }) => path.endsWith('model.onnx')).length).toBeLessThanOrEqual(2);
});

test('predict gives logits in the order of the input, the same alone as in a batch', async ({ open }) => {
  const { page } = await open();
  const result = await page.evaluate(
    async ([model, query, passages]) => {
      const reranker = await window.library.createReranker({
        model,
        device: 'wasm',
        dtype: 'fp32',
        workers: 1,
      });
      const pairs = passages.map((passage) => [query, passage] as const);
      const together = await reranker.predict(pairs);
      const alone: number[] = [];
      for (const pair of pairs) alone.push((await reranker.predict([pair]))[0] ?? Number.NaN);
      const empty = await reranker.rank(query, []);
      return { together: [...together], alone, kind: together.constructor.name, empty };
    },
    [TINY_MODEL, BERLIN.query, BERLIN.passages] as const,
  );
  expect(result.kind).toBe('Float32Array');
  expect(result.empty).toEqual([]);
  result.together.forEach((logit, index) => expect(logit).toBeCloseTo(result.alone[index] ?? Number.NaN, 4));
});

test('rank takes objects, top k, sigmoid, and tells partial rankings and its cost', async ({ open }) => {
  const { page } = await open();
  const result = await page.evaluate(
    async ([model, query, passages]) => {
      const reranker = await window.library.createReranker({
        model,
        dtype: 'fp32',
        workers: 1,
        batchTokens: 64,
      });
      const documents = passages.map((text, id) => ({ id, text }));
      const partials: { length: number; scored: number; total: number }[] = [];
      let stats;
      const ranking = await reranker.rank(query, documents, {
        topK: 3,
        activation: 'sigmoid',
        onPartial: (partial, { scored, total }) => partials.push({ length: partial.length, scored, total }),
        onStats: (cost) => (stats = cost),
      });
      const logits = await reranker.predict(passages.map((passage) => [query, passage] as const));
      return { ranking, partials, stats, logits: [...logits] };
    },
    [TINY_MODEL, BERLIN.query, BERLIN.passages] as const,
  );
  const best = result.logits.map((logit, index) => ({ logit, index })).sort((a, b) => b.logit - a.logit);
  expect(result.ranking.map(({ index }) => index)).toEqual(best.slice(0, 3).map(({ index }) => index));
  for (const [place, { score, document, index }] of result.ranking.entries()) {
    expect(document).toEqual({ id: index, text: BERLIN.passages[index] });
    expect(score).toBeCloseTo(1 / (1 + Math.exp(-(best[place]?.logit ?? Number.NaN))), 4);
  }
  expect(result.partials.length).toBeGreaterThan(2);
  expect(result.partials.at(-1)).toEqual({ length: 3, scored: 10, total: 10 });
  expect(result.stats).toMatchObject({ pairs: 10, rows: 10, batches: result.partials.length });
});

test('a long passage is scored in windows, and the best one is reported', async ({ open }) => {
  const { page } = await open();
  const answer = 'The city of Berlin has a population of 3.7 million people.';
  const filler = 'The weather of the season was recorded in the journal with great patience. ';
  const long = filler.repeat(150) + answer + ' ' + filler.repeat(60);
  const passages = [long, 'Munich is a city in Bavaria.'];
  const options = { model: 'minilm-l6-rerank-en', device: 'wasm', maxLength: 64 } as const; // less than the self-check's pairs have
  const windowed = await rankOnce(page, options, { query: BERLIN.query, passages }, { overflow: 'window' });
  const cut = await rankOnce(page, options, { query: BERLIN.query, passages });
  const scoreOf = ({ ranking }: typeof cut) => ranking.find(({ index }) => index === 0)?.score ?? Number.NaN;
  const window = windowed.ranking.find(({ index }) => index === 0)?.window;
  expect(long.slice(window?.start, window?.end)).toContain('population of 3.7 million');
  expect(window?.start).toBeGreaterThan(filler.length * 100);
  expect(windowed.ranking.find(({ index }) => index === 1)?.window).toBeUndefined(); // it fitted
  expect(scoreOf(windowed)).toBeGreaterThan(scoreOf(cut) + 3); // cut at its end, it never gets to the point
});
