import { readFileSync } from 'node:fs';
import { noteOf, readArchitectures } from '../src/testing/architectures.js';
import { fixture } from '../src/testing/fixtures.js';
import { nameNodes } from '../src/testing/name-nodes.js';
import { planRows, recordRow } from '../src/testing/record.js';
import { largestError } from '../src/testing/staged.js';
import { expect, test } from './support.js';

// Not in `npm test`, for its length: `npm run test:webgpu`. The software adapter computes on the CPU: few pairs, and time.
test.setTimeout(300_000);

const { pairs, models } = readArchitectures();
const BACKENDS = { wasm: 'WASM in Chromium', webgpu: 'WebGPU (software adapter)' } as const;
const cases = Object.keys(models).flatMap((architecture) =>
  (['wasm', 'webgpu'] as const).map((device) => ({ architecture, device })),
);
const keyOf = ({ architecture, device }: (typeof cases)[number]) => `${architecture} ${device} fp32`;

test.beforeAll(() => planRows('architectures', 'browser', cases.map(keyOf)));

for (const { architecture, device } of cases) {
  test(`${architecture} on ${BACKENDS[device]} gives the logits of the reference`, async ({ open }) => {
    const golden = models[architecture]!;
    // Two short pairs and two of over 64 tokens, where kernels of attention have gone wrong.
    const short = golden.tokens.flatMap((count, index) => (count < 40 ? [index] : [])).slice(0, 2);
    const long = golden.tokens.flatMap((count, index) => (count > 64 ? [index] : [])).slice(-2);
    const chosen = device === 'wasm' ? [...pairs.keys()] : [...short, ...long];
    expect(long).toHaveLength(2);
    // Nodes have names in what is on the Hub; onnxruntime is told by name which to keep off the GPU.
    const graph = readFileSync(fixture(`architectures/${architecture}/onnx/model.onnx`));
    const at = `/tiny/architectures/${architecture}`;
    const { page } = await open({ mounts: [{ files: { 'onnx/model.onnx': nameNodes(graph) }, at }] });
    const logits = await page.evaluate(
      async ([model, device, asked]) => {
        const reranker = await window.library.createReranker({ model, device, dtype: 'fp32', workers: 1 });
        const logits = [...(await reranker.predict(asked))];
        await reranker.dispose();
        return logits;
      },
      [`${at}/`, device, chosen.map((index) => pairs[index]!)] as const,
    );
    const difference = largestError(
      logits,
      chosen.map((index) => golden.logits[index]!),
    );
    recordRow('architectures', 'browser', keyOf({ architecture, device }), {
      architecture,
      backend: BACKENDS[device],
      dtype: 'fp32',
      pairs: chosen.length,
      difference,
      note: noteOf(golden),
    });
    // ModernBERT turns states by sin and cos of the position, which a GPU may give 5e-4 off (WGSL's own limit).
    expect(difference).toBeLessThan(architecture === 'modernbert' && device === 'webgpu' ? 5e-3 : 1e-3);
  });
}
