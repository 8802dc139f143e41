import type { Reranker } from '../src/index.js';
import { BERLIN, expect, failureOf, test, TINY_MODEL } from './support.js';

test('a rank is cancelled within a batch, and the next one works', async ({ open }) => {
  const { page } = await open();
  const result = await page.evaluate(
    async ([query, passages]) => {
      const reranker = await window.library.createReranker({
        model: 'minilm-l6-rerank-en',
        device: 'wasm',
        workers: 1,
      });
      const many = Array.from({ length: 400 }, (_, index) => `${passages[index % 10]} ${index}`);
      const controller = new AbortController();
      let batches = 0;
      const started = performance.now();
      const rejected = await reranker
        .rank(query, many, {
          signal: controller.signal,
          onPartial: () => {
            batches++;
            controller.abort();
          },
        })
        .catch((error: unknown) => error as Error);
      const after = await reranker.rank(query, passages.slice(0, 2));
      const elapsed = performance.now() - started;
      const already = await reranker
        .rank(query, passages, { signal: AbortSignal.abort() })
        .catch((error: unknown) => error as Error);
      const name = (value: unknown) => (value instanceof Error ? value.name : 'no error');
      return { name: name(rejected), already: name(already), batches, after: after.length, elapsed };
    },
    [BERLIN.query, BERLIN.passages] as const,
  );
  expect(result).toMatchObject({ name: 'AbortError', already: 'AbortError', batches: 1, after: 2 });
});

test('loading is cancelled in mid-download and leaves nothing behind', async ({ open }) => {
  const { page, server } = await open();
  server.fault('model_quantized.onnx', { kind: 'drip', chunkBytes: 64 * 1024, everyMs: 50 });
  const name = await page.evaluate(async () => {
    const controller = new AbortController();
    const loading = window.library.createReranker({
      model: 'minilm-l6-rerank-en',
      device: 'wasm',
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.status === 'download' && progress.file.endsWith('.onnx') && progress.loaded > 0)
          controller.abort();
      },
    });
    return loading.then(
      () => 'loaded',
      (error: unknown) => (error as Error).name,
    );
  });
  expect(name).toBe('AbortError');
  await expect.poll(() => page.workers().length).toBe(0);
  expect(server.bytes('model_quantized.onnx')).toBeLessThan(10e6);
});

test('a disposed reranker refuses calls, and pending ones reject', async ({ open }) => {
  const { page } = await open();
  const codes = await page.evaluate(
    async ([model, query, passages]) => {
      const reranker = await window.library.createReranker({ model, device: 'wasm' });
      const codeOf = (error: unknown) =>
        error instanceof window.library.RerankError ? error.code : String(error);
      const many = Array.from({ length: 300 }, (_, index) => `${passages[index % 10]} ${index}`);
      const pending = reranker.rank(query, many).then(() => 'ranked', codeOf);
      await reranker.dispose();
      await reranker.dispose();
      const later = reranker.rank(query, passages).then(() => 'ranked', codeOf);
      return Promise.all([pending, later]);
    },
    [TINY_MODEL, BERLIN.query, BERLIN.passages] as const,
  );
  expect(codes).toEqual(['disposed', 'disposed']);
  await expect.poll(() => page.workers().length).toBe(0);
});

test('two rerankers work at once, and each takes calls in turn', async ({ open }) => {
  const { page } = await open();
  const result = await page.evaluate(
    async ([query, passages]) => {
      const [bert, roberta] = await Promise.all(
        ['/tiny/tiny-bert/', '/tiny/tiny-roberta/'].map((model) =>
          window.library.createReranker({ model, dtype: 'fp32', device: 'wasm', workers: 1 }),
        ),
      );
      if (!bert || !roberta) throw new Error('unreachable');
      const order = (ranking: { index: number }[]) => ranking.map(({ index }) => index).join();
      const calls = await Promise.all(
        [bert, roberta, bert, roberta].map((each) => each.rank(query, passages).then(order)),
      );
      const models = [bert.info.model, roberta.info.model];
      await bert.dispose(); // the other goes on
      const after = order(await roberta.rank(query, passages));
      return { calls, models, after };
    },
    [BERLIN.query, BERLIN.passages] as const,
  );
  expect(result.models).toEqual(['tiny-bert', 'tiny-roberta']);
  expect(result.calls[0]).toBe(result.calls[2]);
  expect(result.calls[1]).toBe(result.calls[3]);
  expect(result.after).toBe(result.calls[1]);
});

test('a crashed worker is replaced and the ranking is complete', async ({ open }) => {
  const { page } = await open();
  const result = await page.evaluate(
    async ([model, query, passages]) => {
      const original = window.Worker;
      const workers: Worker[] = [];
      window.Worker = class extends original {
        constructor(...parameters: ConstructorParameters<typeof Worker>) {
          super(...parameters);
          workers.push(this);
        }
      };
      const reranker = await window.library.createReranker({
        model,
        dtype: 'fp32',
        device: 'wasm',
        workers: 1,
        batchTokens: 128,
      });
      const many = Array.from({ length: 60 }, (_, index) => `${passages[index % 10]} ${index}`);
      const expected = await reranker.rank(query, many);
      let crashed = false;
      const ranking = await reranker.rank(query, many, {
        onPartial: () => {
          if (crashed) return;
          crashed = true;
          // A browser that kills a worker tells nobody in a way a test could cause; the event is all the page would see.
          workers[0]?.dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }));
        },
      });
      const same = ranking.every(
        ({ index, score }, place) =>
          index === expected[place]?.index && Math.abs(score - expected[place].score) < 1e-4,
      );
      return { started: workers.length, length: ranking.length, same, attempts: reranker.info.attempts };
    },
    [TINY_MODEL, BERLIN.query, BERLIN.passages] as const,
  );
  expect(result).toMatchObject({ started: 2, length: 60, same: true });
  expect(result.attempts.slice(-2)).toEqual([
    { device: 'wasm', dtype: 'fp32', ok: false, reason: 'The worker failed: out of memory' },
    { device: 'wasm', dtype: 'fp32', ok: true },
  ]);
});

test('a worker whose script is missing gives a typed error, not silence', async ({ open }) => {
  const { page, server } = await open();
  server.fault(/\/entry-.*\.js$/, { kind: 'status', status: 404 });
  const error = await page.evaluate(
    (model) =>
      window.library
        .createReranker({ model, dtype: 'fp32', device: 'wasm' })
        .then(String, (error: unknown) => ({ ...(error as object), message: (error as Error).message })),
    TINY_MODEL,
  );
  expect(error).toMatchObject({
    code: 'worker-failed',
    message: expect.stringContaining('could not be loaded'),
  });
});

test('opening is cancelled at once, and its workers end', async ({ open }) => {
  const { page } = await open();
  const name = await page.evaluate(async () => {
    const controller = new AbortController();
    const loading = window.library.createReranker({
      model: 'minilm-l6-rerank-en',
      device: 'wasm',
      workers: 2,
      signal: controller.signal,
      onProgress: ({ status }) => {
        if (status !== 'open') return;
        // Late enough for the workers to be busy with the model.
        setTimeout(() => controller.abort(), 300);
      },
    });
    return loading.then(
      () => 'loaded',
      (error: unknown) => (error as Error).name,
    );
  });
  expect(name).toBe('AbortError');
  await expect.poll(() => page.workers().length).toBe(0);
});

test('a signal that only belonged to loading does not disturb later calls', async ({ open }) => {
  const { page } = await open();
  const length = await page.evaluate(
    async ([model, query, passages]) => {
      const controller = new AbortController();
      const reranker = await window.library.createReranker({
        model,
        device: 'wasm',
        signal: controller.signal,
      });
      controller.abort();
      return (await reranker.rank(query, passages)).length;
    },
    [TINY_MODEL, BERLIN.query, BERLIN.passages] as const,
  );
  expect(length).toBe(10);
});

test('idle workers end, and the next call opens again from the cache', async ({ open }) => {
  const { page, server } = await open();
  const first = await page.evaluate(
    async ([query, passages]) => {
      const reranker = await window.library.createReranker({
        model: 'minilm-l6-rerank-en',
        device: 'wasm',
        workers: 1,
        idleTimeout: 500,
      });
      Object.assign(window, { reranker });
      return reranker.rank(query, passages);
    },
    [BERLIN.query, BERLIN.passages.slice(0, 3)] as const,
  );
  await expect.poll(() => page.workers().length).toBe(0);
  const bytes = server.bytes('.onnx');
  const again = await page.evaluate(
    async ([query, passages]) => {
      const { reranker } = window as unknown as { reranker: Reranker };
      const ranking = await reranker.rank(query, passages);
      const { attempts, files } = reranker.info;
      await reranker.dispose();
      return { ranking, attempts, last: files.at(-1) };
    },
    [BERLIN.query, BERLIN.passages.slice(0, 3)] as const,
  );
  expect(again.ranking).toEqual(first);
  expect(again.attempts.filter(({ ok }) => ok)).toEqual([{ device: 'wasm', dtype: 'q8', ok: true }]);
  expect(again.last).toMatchObject({ file: 'onnx/model_quantized.onnx', fromCache: true });
  expect(server.bytes('.onnx')).toBe(bytes);
  await expect.poll(() => page.workers().length).toBe(0);
});

test('an idle time that no timer can keep is refused before anything is fetched', async ({ open }) => {
  const { page, server } = await open();
  const before = server.requests.length;
  const error = await failureOf(page, { model: TINY_MODEL, idleTimeout: 2 ** 31 });
  expect(error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('idleTimeout') });
  expect(server.requests).toHaveLength(before);
});
