import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { toFeeds } from './batches.js';
import { portableGraph } from './portable.js';
import { modelDir } from './server.js';
import { largestDifference } from './statistics.js';
import { WorkloadMaker } from './workload.js';

/** Embeddings of 8 bits, and of 4. */
const MODELS = ['minilm-l6-rerank-en', 'minilm-l3-rerank-en'];

async function logitsOf(graph: string | Uint8Array): Promise<number[]> {
  const { rows } = new WorkloadMaker(modelDir('minilm-l6-rerank-en')).passages(3);
  const session =
    typeof graph === 'string'
      ? await ort.InferenceSession.create(graph)
      : await ort.InferenceSession.create(graph);
  const results = await session.run(toFeeds(ort.Tensor, rows));
  await session.release();
  return Array.from(results[session.outputNames[0] ?? '']?.data as Float32Array);
}

it.each(MODELS)('the graph that the peers get has the scores of ours: %s', async (model) => {
  const file = `${modelDir(model)}/onnx/model_quantized.onnx`;
  const [ours, theirs] = [await logitsOf(file), await logitsOf(portableGraph(file))];
  expect(ours).toHaveLength(3);
  expect(theirs).toEqual(ours);
});

it('the WebGPU graph takes the 64-bit tokens that Transformers.js sends', async () => {
  const folder = modelDir('minilm-l6-rerank-en');
  const w8 = `${folder}/onnx/model_w8.onnx`;
  await expect(logitsOf(w8)).rejects.toThrow(/int64/); // shows that the conversion is needed
  const logits = await logitsOf(portableGraph(w8));
  expect(largestDifference(logits, await logitsOf(`${folder}/onnx/model_quantized.onnx`))).toBeLessThan(0.5);
});
