import { readFileSync } from 'node:fs';
import { expect, failureOf, rankOnce, test, TINY_MODEL } from './support.js';

const cachedPaths = () =>
  caches
    .open('browser-reranker')
    .then(async (cache) => (await cache.keys()).map(({ url }) => new URL(url).pathname));

test('a corrupted weight file is refused and nothing of it is cached', async ({ open }) => {
  const { page, server } = await open();
  server.fault('model_quantized.onnx', { kind: 'corrupt' });
  const error = await failureOf(page, { model: 'minilm-l6-rerank-en', device: 'wasm' });
  expect(error).toMatchObject({ name: 'RerankError', code: 'integrity' });
  expect(error.message).toContain('model_quantized.onnx');
  expect((await page.evaluate(cachedPaths)).filter((path) => path.endsWith('.onnx'))).toEqual([]);
  await expect.poll(() => page.workers().length).toBe(0);
  server.clearFaults();
  expect((await rankOnce(page, { model: 'minilm-l6-rerank-en', device: 'wasm' })).ranking).toHaveLength(10);
});

test('a second visit reads the weights from the cache', async ({ open }) => {
  const { page, server } = await open();
  const first = await rankOnce(page, { model: 'minilm-l6-rerank-en', device: 'wasm' });
  const bytes = server.bytes('.onnx');
  const second = await rankOnce(page, { model: 'minilm-l6-rerank-en', device: 'wasm' });
  expect(first.info.files.at(-1)).toMatchObject({
    file: 'onnx/model_quantized.onnx',
    fromCache: false,
    bytes,
  });
  expect(second.info.files.at(-1)).toMatchObject({
    file: 'onnx/model_quantized.onnx',
    fromCache: true,
    bytes,
  });
  expect(server.bytes('.onnx')).toBe(bytes);
  expect(second.ranking).toEqual(first.ranking);
});

test('a broken cache entry is fetched again', async ({ open }) => {
  const { page } = await open();
  const options = { model: 'minilm-l6-rerank-en', device: 'wasm' } as const;
  await rankOnce(page, options);
  await page.evaluate(async () => {
    const cache = await caches.open('browser-reranker');
    for (const request of await cache.keys())
      if (request.url.includes('.onnx')) await cache.put(request, new Response('broken'));
  });
  const { info } = await rankOnce(page, options);
  expect(info.files.at(-1)).toMatchObject({ file: 'onnx/model_quantized.onnx', fromCache: false });
});

test('a full quota only costs the cache', async ({ open }) => {
  const { page } = await open();
  const client = await page.context().newCDPSession(page);
  await client.send('Storage.overrideQuotaForOrigin', {
    origin: new URL(page.url()).origin,
    quotaSize: 1000,
  });
  const { ranking } = await rankOnce(page, { model: 'minilm-l6-rerank-en', device: 'wasm' });
  expect(ranking).toHaveLength(10);
  expect((await page.evaluate(cachedPaths)).filter((path) => path.endsWith('.onnx'))).toEqual([]);
});

test('a model comes from a hub, over its redirects, and is cached by its commit', async ({ open }) => {
  const tiny = { dir: new URL('../src/testing/fixtures/tiny-bert', import.meta.url).pathname };
  const { page, server } = await open({ models: { 'someone/tiny': tiny } });
  const options = { model: 'someone/tiny', hubHost: server.url, device: 'wasm' } as const;
  const { info } = await rankOnce(page, options);
  expect(info).toMatchObject({
    model: 'someone/tiny',
    revision: '0123456789abcdef0123456789abcdef01234567',
    dtype: 'q8',
  });
  expect((await rankOnce(page, options)).info.files.at(-1)).toMatchObject({ fromCache: true });
  expect(await failureOf(page, { ...options, model: 'someone/else' })).toMatchObject({
    code: 'unauthorized',
  });
});

test('the default model is asked from the Hub at its pinned commit, and its known hash is enforced', async ({
  open,
}) => {
  const wrong = {
    dir: new URL('../src/testing/fixtures/tiny-bert', import.meta.url).pathname,
    commit: 'fec3517fe1016cfeee39338ef98ba76fc449dbcc',
  };
  const { page, server } = await open({ models: { 'Xenova/ms-marco-MiniLM-L-6-v2': wrong } });
  const error = await failureOf(page, { hubHost: server.url, device: 'wasm' });
  expect(error.code).toBe('integrity');
  expect(error.message).toContain('e9d8ebf845c413e981c175bfe49a3bfa9b3dcce2a3ba54875ee5df5a58639fbe');
  expect(
    server.requests.some(({ path }) =>
      path.includes('/resolve/fec3517fe1016cfeee39338ef98ba76fc449dbcc/config.json'),
    ),
  ).toBe(true);
});

test('an index.html in place of a model is recognised', async ({ open }) => {
  const { page, server } = await open({
    mounts: [
      { files: { 'index.html': '<!doctype html><title>app</title>' }, at: '/app', fallback: 'index.html' },
    ],
  });
  const error = await failureOf(page, { model: '/app/models/none' });
  expect(error.code).toBe('unexpected-html');
  expect(error.message).toContain(`${server.url}/app/models/none/config.json`);
});

test('progress tells bytes of each file and of all', async ({ open }) => {
  const { page } = await open();
  const seen = await page.evaluate(async (model) => {
    const seen: {
      status: string;
      file?: string;
      loaded?: number;
      total?: number | undefined;
      overall?: number;
    }[] = [];
    const reranker = await window.library.createReranker({
      model,
      device: 'wasm',
      dtype: 'q8',
      onProgress: (progress) =>
        seen.push(
          progress.status === 'download'
            ? {
                status: progress.status,
                file: progress.file,
                loaded: progress.loaded,
                total: progress.total,
                overall: progress.loadedOverall,
              }
            : { status: progress.status },
        ),
    });
    await reranker.dispose();
    return seen;
  }, TINY_MODEL);
  const weights = readFileSync(
    new URL('../src/testing/fixtures/tiny-bert/onnx/model_quantized.onnx', import.meta.url),
  ).length;
  const ofWeights = seen.filter(({ file }) => file === 'onnx/model_quantized.onnx');
  expect(ofWeights.at(0)).toMatchObject({ loaded: 0, total: weights });
  expect(ofWeights.at(-1)).toMatchObject({ loaded: weights, total: weights });
  expect(ofWeights.at(-1)?.overall).toBeGreaterThan(weights);
  expect(seen.slice(-2).map(({ status }) => status)).toEqual(['open', 'ready']);
});

test('scores that differ from the stored ones keep a backend from serving', async ({ open }) => {
  const manifest = JSON.parse(
    readFileSync(new URL('../public/models/minilm-l6-rerank-en/reranker.json', import.meta.url), 'utf8'),
  ) as {
    check: { logits: number[] };
  };
  manifest.check.logits[0] = (manifest.check.logits[0] ?? 0) + 5;
  const { page } = await open({
    mounts: [{ files: { 'minilm-l6-rerank-en/reranker.json': JSON.stringify(manifest) }, at: '/models' }],
  });
  const error = await failureOf(page, { model: 'minilm-l6-rerank-en', device: 'wasm', dtype: 'q8' });
  expect(error.code).toBe('self-check-failed');
  expect(error.message).toMatch(/pair 0 scored .* expected/);
});

test('the runtime starts while the weights come in, and cancelling ends both', async ({ open }) => {
  const { page, server } = await open();
  server.fault('model_quantized.onnx', { kind: 'drip', chunkBytes: 16 * 1024, everyMs: 50 }); // over a minute
  const name = page.evaluate(() => {
    const controller = new AbortController();
    Object.assign(window, { cancel: () => controller.abort() });
    return window.library
      .createReranker({ model: 'minilm-l6-rerank-en', device: 'wasm', workers: 1, signal: controller.signal })
      .then(
        () => 'loaded',
        (error: unknown) => (error as Error).name,
      );
  });
  await expect.poll(() => server.bytes('.wasm')).toBeGreaterThan(10e6);
  expect(server.bytes('.onnx')).toBeLessThan(20e6);
  await page.evaluate(() => (window as unknown as { cancel: () => void }).cancel());
  expect(await name).toBe('AbortError');
  await expect.poll(() => page.workers().length).toBe(0);
});

test("a runtime that cannot be fetched is the backend's fault, and stops the download", async ({ open }) => {
  const { page, server } = await open();
  server.fault(/\.wasm$/, { kind: 'status', status: 404 });
  server.fault('model_quantized.onnx', { kind: 'drip', chunkBytes: 16 * 1024, everyMs: 50 });
  const error = await failureOf(page, { model: 'minilm-l6-rerank-en', device: 'wasm', dtype: 'q8' });
  expect(error).toMatchObject({
    code: 'backend-failed',
    message: expect.stringContaining('could not start'),
  });
  expect(server.bytes('.onnx')).toBeLessThan(20e6);
  await expect.poll(() => page.workers().length).toBe(0);
});

test('weights that a plain folder may not have are asked for before a runtime is', async ({ open }) => {
  const { page, server } = await open();
  const error = await failureOf(page, { model: TINY_MODEL, device: 'wasm', dtype: 'q4' });
  expect(error.code).toBe('not-found');
  expect(server.requests.filter(({ path }) => path.endsWith('.wasm'))).toEqual([]);
});
