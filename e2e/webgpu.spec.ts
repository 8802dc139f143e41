import { BERLIN, expect, failureOf, rankOnce, test, TINY_MODEL } from './support.js';

// The software adapter computes on the CPU: few pairs, and time.
test.setTimeout(300_000);

test('WebGPU gives the scores of WASM', async ({ open }) => {
  const { page, server } = await open();
  const gpu = await rankOnce(page, { model: TINY_MODEL, device: 'webgpu', dtype: 'fp32' });
  expect(gpu.info).toMatchObject({ device: 'webgpu', dtype: 'fp32', workers: 1 });
  const wasmOf = () => [
    ...new Set(server.requests.map(({ path }) => path).filter((path) => path.endsWith('.wasm'))),
  ];
  expect(wasmOf()).toEqual([expect.stringMatching(/ort-wasm-simd-threaded\.(jspi|asyncify)-[\w-]+\.wasm$/)]); // one runtime, not two
  const wasm = await rankOnce(page, { model: TINY_MODEL, device: 'wasm', dtype: 'fp32' });
  expect(gpu.ranking.map(({ index }) => index)).toEqual(wasm.ranking.map(({ index }) => index));
  gpu.ranking.forEach(({ score }, place) =>
    expect(score).toBeCloseTo(wasm.ranking[place]?.score ?? Number.NaN, 3),
  );
});

test('a browser that cannot suspend WebAssembly gets the other WebGPU build', async ({ open, page }) => {
  await page.addInitScript(() => {
    delete (WebAssembly as { Suspending?: unknown }).Suspending;
  });
  const { server } = await open();
  const { info, ranking } = await rankOnce(page, { model: TINY_MODEL, device: 'webgpu', dtype: 'fp32' });
  expect(info.device).toBe('webgpu');
  expect(ranking).toHaveLength(10);
  const wasm = server.requests.map(({ path }) => path).filter((path) => path.endsWith('.wasm'));
  expect(wasm).toEqual([expect.stringContaining('ort-wasm-simd-threaded.asyncify')]);
});

test('the shipped WebGPU weights pass the self-check and rank the Berlin example', async ({ open }) => {
  const { page } = await open();
  const passages = [0, 1, 3, 4].map((index) => BERLIN.passages[index] ?? '');
  const { info, ranking } = await rankOnce(
    page,
    { model: 'minilm-l6-rerank-en', device: 'webgpu', timeout: 240_000 },
    { query: BERLIN.query, passages },
  );
  expect(info).toMatchObject({
    device: 'webgpu',
    dtype: 'w8',
    attempts: [{ device: 'webgpu', dtype: 'w8', ok: true }],
  });
  const order = ranking.map(({ index }) => index);
  expect(new Set(order.slice(0, 2))).toEqual(new Set([0, 2]));
  expect(order.at(-1)).toBe(3); // Paris
});

test('no operator of the shipped WebGPU graph is left on the CPU', async ({ open }) => {
  const { page } = await open();
  const refusals = await page.evaluate(async () => {
    const { refusalWithoutCpu } = await window.gpuOnly();
    const onnx = '/models/minilm-l6-rerank-en/onnx';
    return {
      w8: await refusalWithoutCpu(`${onnx}/model_w8.onnx`),
      q8: await refusalWithoutCpu(`${onnx}/model_quantized.onnx`),
    };
  });
  expect(refusals.w8).toBeUndefined();
  expect(refusals.q8).toMatch(/fallback/i); // int8 has no kernels there: shows that the check can fail
});

test('rankings after the self-check compile no shaders, whatever their lengths', async ({ open }) => {
  const { page } = await open();
  const made = await page.evaluate(
    async ([model, query, passages]) => {
      let made = 0;
      new BroadcastChannel('pipelines').onmessage = () => made++;
      const original = window.Worker;
      // The worker's own program, with the one call that compiles counted.
      const count = (url: URL) => `
        const channel = new BroadcastChannel('pipelines');
        for (const name of ['createComputePipeline', 'createComputePipelineAsync']) {
          const create = GPUDevice.prototype[name];
          GPUDevice.prototype[name] = function (...parameters) {
            channel.postMessage(name);
            return create.apply(this, parameters);
          };
        }
        await import(${JSON.stringify(url.href)});`;
      window.Worker = class extends original {
        constructor(url: URL | string, options?: WorkerOptions) {
          const program = new Blob([count(new URL(url, location.href))], { type: 'text/javascript' });
          super(URL.createObjectURL(program), options);
        }
      };
      const settled = () => new Promise((resolve) => setTimeout(resolve, 200)); // messages of another thread
      const reranker = await window.library.createReranker({ model, device: 'webgpu', dtype: 'fp32' });
      await settled();
      const opening = made;
      for (const cut of [20, 33, 47, 61]) {
        await reranker.rank(
          query,
          passages.map((passage) => passage.slice(0, cut)),
        );
      }
      await reranker.dispose();
      await settled();
      return { opening, after: made - opening };
    },
    [TINY_MODEL, BERLIN.query, BERLIN.passages.slice(0, 2)] as const,
  );
  expect(made.opening).toBeGreaterThan(10);
  expect(made.after).toBe(0);
});

test('a software adapter is passed over by itself, with the reason', async ({ open }) => {
  const { page } = await open();
  const { info } = await rankOnce(page, { model: TINY_MODEL });
  expect(info.device).toBe('wasm');
  expect(info.attempts[0]).toEqual({
    device: 'webgpu',
    ok: false,
    reason: expect.stringContaining('computes on the CPU'),
  });
});

test('a GPU that is lost in the middle of a rank still gives the full ranking', async ({ open, browser }) => {
  const { page } = await open();
  const passages = Array.from({ length: 40 }, (_, index) => `${BERLIN.passages[index % 10]} ${index}`);
  const expected = await rankOnce(
    page,
    { model: TINY_MODEL, device: 'wasm', dtype: 'fp32' },
    { query: BERLIN.query, passages },
  );
  await page.exposeFunction('crashGpu', async () => {
    const client = await browser.newBrowserCDPSession();
    await client.send('Browser.crashGpuProcess').catch(() => undefined); // the call itself may not survive
  });
  const result = await page.evaluate(
    async ([model, query, passages]) => {
      const { crashGpu } = window as unknown as { crashGpu: () => Promise<void> };
      const gpu = navigator.gpu;
      // The software adapter would be passed over; here it stands for a real one that falls back to WASM.
      const request = gpu.requestAdapter.bind(gpu);
      gpu.requestAdapter = async (options) => {
        const adapter = await request(options);
        if (adapter)
          Object.defineProperty(adapter, 'info', { value: { isFallbackAdapter: false, vendor: 'test' } });
        return adapter;
      };
      const reranker = await window.library.createReranker({ model, dtype: 'fp32', batchTokens: 128 });
      const before = reranker.info.device;
      let batches = 0;
      const ranking = await reranker.rank(query, passages, {
        onPartial: () => {
          if (++batches === 2) void crashGpu();
        },
      });
      return { before, ranking, info: reranker.info };
    },
    [TINY_MODEL, BERLIN.query, passages] as const,
  );
  expect(result.before).toBe('webgpu');
  expect(result.ranking.map(({ index }) => index)).toEqual(expected.ranking.map(({ index }) => index));
  expect(result.info.device).toBe('wasm');
  expect(result.info.attempts.at(0)).toMatchObject({
    device: 'webgpu',
    ok: false,
    reason: expect.stringContaining('GPU was lost'),
  });
});

test('without an adapter WASM serves and info says why', { tag: '@no-adapter' }, async ({ open }) => {
  const { page } = await open();
  const { info, ranking } = await rankOnce(page, { model: TINY_MODEL });
  expect(info.device).toBe('wasm');
  expect(info.attempts[0]).toEqual({
    device: 'webgpu',
    ok: false,
    reason: expect.stringContaining('no WebGPU adapter'),
  });
  expect(ranking).toHaveLength(10);
});

test(
  'a forced WebGPU without an adapter is an error, not a fallback',
  { tag: '@no-adapter' },
  async ({ open }) => {
    const { page, server } = await open();
    const error = await failureOf(page, { model: TINY_MODEL, device: 'webgpu' });
    expect(error).toMatchObject({
      code: 'unsupported-environment',
      message: expect.stringContaining('no WebGPU adapter'),
    });
    expect(server.requests.filter(({ path }) => path.endsWith('.onnx') || path.endsWith('.wasm'))).toEqual(
      [],
    );
  },
);
