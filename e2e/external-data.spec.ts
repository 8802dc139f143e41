import { readArchitectures } from '../src/testing/architectures.js';
import { ModelFolders } from '../src/testing/model-folder.js';
import { largestError } from '../src/testing/staged.js';
import { expect, test } from './support.js';

// The software adapter computes on the CPU: few pairs, and time.
test.setTimeout(300_000);

const folders = new ModelFolders();
test.afterAll(() => folders.remove());

const { pairs, models } = readArchitectures();
const { logits: expected, tokens } = models.bert!;
const FILES = ['onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model.onnx_data_1'];

const cases = [
  // Each worker but the last gets copies of the graph and of the files beside it.
  { device: 'wasm', workers: 2, chosen: [...pairs.keys()] },
  // Opened twice there: by the CPU, for the self-check, and by the GPU.
  { device: 'webgpu', workers: 1, chosen: [0, 1, tokens.findIndex((count) => count > 64)] },
] as const;

for (const { device, workers, chosen } of cases) {
  test(`weights beside the graph reach ${workers} worker(s) on ${device}`, async ({ open }) => {
    const dir = folders.make({
      [FILES[0]!]: 'graphs/external/model.onnx',
      [FILES[1]!]: 'graphs/external/model.onnx_data',
      [FILES[2]!]: 'graphs/external/model.onnx_data_1',
    });
    const { page, server } = await open({ mounts: [{ dir, at: '/external' }] });
    const { logits, info } = await page.evaluate(
      async ([device, workers, pairs]) => {
        const options = { model: '/external/', device, dtype: 'fp32', workers } as const;
        const reranker = await window.library.createReranker(options);
        const logits = [...(await reranker.predict(pairs))];
        const { info } = reranker;
        await reranker.dispose();
        return { logits, info };
      },
      [device, workers, chosen.map((index) => pairs[index]!)] as const,
    );
    expect(info).toMatchObject({ device, workers });
    const right = chosen.map((index) => expected[index]!);
    expect(largestError(logits, right)).toBeLessThan(1e-3);
    // One download serves all workers.
    const asked = server.requests.map(({ path }) => path).filter((path) => path.includes('.onnx'));
    expect(asked.toSorted()).toEqual(FILES.map((file) => `/external/${file}`));
  });
}
