import { BERLIN, expect, test, TINY_MODEL } from './support.js';

/** The harness page with workers that end when the page says so, by a channel: as if the system had ended them. */
const MORTAL_WORKERS = `{
  const RealWorker = window.Worker;
  const urls = [];
  window.started = 0;
  window.Worker = class extends RealWorker {
    constructor(url, options) {
      const program = 'new BroadcastChannel("end").onmessage = () => self.close(); import ' + JSON.stringify(String(url));
      const mortal = window.started++ === 0;
      super(mortal ? URL.createObjectURL(new Blob([program], { type: 'text/javascript' })) : url, options);
    }
  };
}`;

for (const locks of [true, false]) {
  const how = locks ? 'at once, by its lock' : 'after a silence, where there are no locks';
  test(`a worker that ends without an event is noticed ${how}`, async ({ open, page }) => {
    if (!locks)
      await page.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
    await page.addInitScript(MORTAL_WORKERS);
    await open();
    const result = await page.evaluate(
      async ([model, query, passages, timeout]) => {
        const options = {
          model,
          dtype: 'fp32',
          device: 'wasm',
          workers: 1,
          batchTokens: 128,
          timeout,
        } as const;
        const reranker = await window.library.createReranker(options);
        const many = Array.from({ length: 60 }, (_, index) => `${passages[index % 10]} ${index}`);
        let ended = 0;
        const ranking = await reranker.rank(query, many, {
          onPartial: () => {
            if (ended) return;
            ended = performance.now();
            new BroadcastChannel('end').postMessage('now');
          },
        });
        const elapsed = performance.now() - ended;
        const after = await reranker.rank(query, passages);
        const { attempts } = reranker.info;
        await reranker.dispose();
        const { started } = window as unknown as { started: number };
        return { started, length: ranking.length, after: after.length, elapsed, attempts };
      },
      [TINY_MODEL, BERLIN.query, BERLIN.passages, 8_000] as const,
    );
    expect(result).toMatchObject({ started: 2, length: 60, after: 10 });
    expect(result.attempts.map(({ reason }) => reason)).toEqual([
      expect.stringContaining(locks ? 'The worker has ended' : 'more than 8000 ms to score a batch'),
      undefined,
    ]);
    if (!locks) expect(result.elapsed).toBeGreaterThan(8_000);
    else expect(result.elapsed).toBeLessThan(8_000);
  });
}

test('a worker that ended between two calls costs the next one nothing but its opening', async ({
  open,
  page,
}) => {
  await page.addInitScript(MORTAL_WORKERS);
  await open();
  const result = await page.evaluate(
    async ([model, query, passages]) => {
      const reranker = await window.library.createReranker({
        model,
        dtype: 'fp32',
        device: 'wasm',
        workers: 1,
      });
      new BroadcastChannel('end').postMessage('now');
      await new Promise((resolve) => setTimeout(resolve, 300));
      const ranking = await reranker.rank(query, passages);
      await reranker.dispose();
      return ranking.length;
    },
    [TINY_MODEL, BERLIN.query, BERLIN.passages] as const,
  );
  expect(result).toBe(10);
  await expect.poll(() => page.workers().length).toBe(0);
});

test('an abort while idle workers open again is the end of that call', async ({ open }) => {
  const { page } = await open();
  const result = await page.evaluate(
    async ([query, passages]) => {
      const reranker = await window.library.createReranker({
        model: 'minilm-l6-rerank-en',
        device: 'wasm',
        workers: 1,
        idleTimeout: 100,
      });
      await new Promise((resolve) => setTimeout(resolve, 400));
      const many = Array.from({ length: 2_000 }, (_, index) => `${passages[index % 10]} ${index}`);
      const controller = new AbortController();
      let partials = 0;
      const { signal } = controller;
      const call = reranker.rank(query, many, { signal, onPartial: () => void partials++ });
      setTimeout(() => controller.abort('enough'), 20);
      const name = await call.then(
        () => 'ranked',
        (error: unknown) => (error as Error).name,
      );
      const after = await reranker.rank(query, passages.slice(0, 2));
      await reranker.dispose();
      return { name, partials, after: after.length };
    },
    [BERLIN.query, BERLIN.passages] as const,
  );
  expect(result).toEqual({ name: 'AbortError', partials: 0, after: 2 });
});

test("a callback that throws is the caller's error, and no worker is lost for it", async ({ open }) => {
  const { page } = await open();
  const result = await page.evaluate(
    async ([model, query, passages]) => {
      const reranker = await window.library.createReranker({
        model,
        device: 'wasm',
        workers: 2,
        batchTokens: 128,
      });
      const mine = new window.library.RerankError('run-failed', 'a bug of the page');
      const throws = () => {
        throw mine;
      };
      const rejections = [];
      for (const options of [{ onPartial: throws }, { onStats: throws }]) {
        const failed = reranker.rank(query, passages, options);
        rejections.push(
          await failed.then(
            () => false,
            (error: unknown) => error === mine,
          ),
        );
        await reranker.rank(query, passages.slice(0, 2));
      }
      return { rejections, attempts: reranker.info.attempts.filter(({ device }) => device === 'wasm') };
    },
    [TINY_MODEL, BERLIN.query, BERLIN.passages] as const,
  );
  expect(result.rejections).toEqual([true, true]);
  expect(result.attempts.map(({ ok }) => ok)).toEqual([true]);
  expect(page.workers()).toHaveLength(2);
});
