import { readFileSync } from 'node:fs';
import { readArchitectures } from '../src/testing/architectures.js';
import { fixture } from '../src/testing/fixtures.js';
import { nameNodes } from '../src/testing/name-nodes.js';
import { largestError } from '../src/testing/staged.js';
import { BERLIN, expect, failureOf, rankOnce, test } from './support.js';

// The software adapter computes on the CPU: few pairs, and time.
test.setTimeout(300_000);

const MODERNBERT = '/tiny/architectures/modernbert/';
const { pairs, models } = readArchitectures();
const { logits: expected, tokens } = models.modernbert!;

test('a graph that WebGPU computes wrongly is refused there, and WASM serves it with the right scores', async ({
  open,
}) => {
  const { page } = await open();
  const forced = { model: MODERNBERT, device: 'webgpu', dtype: 'fp32' } as const;
  expect(await failureOf(page, forced)).toMatchObject({
    code: 'self-check-failed',
    // Finite logits, and not all alike: only the comparison with the CPU tells.
    message: expect.stringMatching(/pair \d scored -?\d\.\d+, expected -?\d\.\d+ ± 0\.00/),
  });
  const { logits, info } = await page.evaluate(
    async ([model, pairs]) => {
      // The software adapter would be passed over; here it stands for a real one.
      const request = navigator.gpu.requestAdapter.bind(navigator.gpu);
      navigator.gpu.requestAdapter = async (options) => {
        const adapter = await request(options);
        const info = { isFallbackAdapter: false, vendor: 'test' };
        return adapter && Object.defineProperty(adapter, 'info', { value: info });
      };
      const reranker = await window.library.createReranker({ model, dtype: 'fp32', workers: 1 });
      const logits = [...(await reranker.predict(pairs))];
      const { info } = reranker;
      await reranker.dispose();
      return { logits, info };
    },
    [MODERNBERT, pairs] as const,
  );
  expect(info.attempts).toMatchObject([
    { device: 'webgpu', dtype: 'fp32', ok: false, reason: expect.stringContaining('expected') },
    { device: 'wasm', dtype: 'fp32', ok: true },
  ]);
  expect(largestError(logits, expected)).toBeLessThan(1e-3);
});

test('operators that WebGPU computes wrongly stay on the CPU where their nodes have names', async ({
  open,
}) => {
  const texts = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
  const read = (file: string) => readFileSync(fixture(`architectures/modernbert/${file}`));
  const files = {
    ...Object.fromEntries(texts.map((file) => [file, read(file)])),
    'onnx/model.onnx': nameNodes(read('onnx/model.onnx')),
  };
  const { page } = await open({ mounts: [{ files, at: '/named' }] });
  const chosen = [0, 1, tokens.findIndex((count) => count > 64)];
  const logits = await page.evaluate(
    async (pairs) => {
      const options = { model: '/named/', device: 'webgpu', dtype: 'fp32' } as const;
      const reranker = await window.library.createReranker(options);
      const logits = [...(await reranker.predict(pairs))];
      await reranker.dispose();
      return logits;
    },
    chosen.map((index) => pairs[index]!),
  );
  const right = chosen.map((index) => expected[index]!);
  // The GPU's sin and cos of the positions may be 5e-4 off (WGSL's own limit); the fault of `And` is .21.
  expect(largestError(logits, right)).toBeLessThan(5e-3);
});

test('an exported ModernBERT passes its self-check on WebGPU', async ({ open }) => {
  const { page } = await open();
  const ranked = await rankOnce(
    page,
    { model: '/tiny/tiny-pipeline/', device: 'webgpu' },
    { query: BERLIN.query, passages: BERLIN.passages.slice(0, 2) },
  );
  expect(ranked.info).toMatchObject({ device: 'webgpu', dtype: 'w8', attempts: [{ ok: true }] });
});
