import { readFileSync, truncateSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { thisThread } from './testing/this-thread.js';
import { createRerankerIn } from './pooled-reranker.js';
import { readArchitectures } from './testing/architectures.js';
import { fixture } from './testing/fixtures.js';
import { ModelFolders, type FolderFiles } from './testing/model-folder.js';
import { largestError, readStagedGoldens, readStagedManifest } from './testing/staged.js';
import type { Pair, RerankerInfo, RerankerOptions } from './types.js';

vi.setConfig({ testTimeout: 120_000 });

const folders = new ModelFolders();
afterAll(() => folders.remove());

const { pairs, models } = readArchitectures();
const expected = models.bert!.logits;
const FP32 = 'architectures/bert/onnx/model.onnx';
const FP16 = 'architectures/bert/onnx/model_fp16.onnx';
const Q8 = 'architectures/bert/onnx/model_quantized.onnx';

/** Opens a folder, scores the pairs, and says what was asked for. */
async function score(files: FolderFiles, options: RerankerOptions = {}, asked: readonly Pair[] = pairs) {
  return scoreFolder(folders.make(files), options, asked);
}

async function scoreFolder(folder: string, options: RerankerOptions, asked: readonly Pair[]) {
  const environment = thisThread();
  const requests: string[] = [];
  const base = `${pathToFileURL(folder).href}/`;
  const fetch: typeof globalThis.fetch = (input, init) => {
    requests.push(new Request(input).url.slice(base.length));
    return environment.fetch(input, init);
  };
  const reranker = await createRerankerIn({ ...environment, fetch }, { model: base, threads: 1, ...options });
  const logits = [...(await reranker.predict(asked))];
  const { info } = reranker;
  await reranker.dispose();
  return { logits, info, weights: requests.filter((path) => path.includes('.onnx')), requests };
}

const failing = (code: string, ...messages: string[]) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(new RegExp(messages.join('.*'), 's')) as unknown,
  }) as Error;

describe('names of weight files', () => {
  const cases: [path: string, file: string, dtype: RerankerInfo['dtype'], probes: number][] = [
    ['onnx/model_quantized.onnx', Q8, 'q8', 1],
    ['onnx/model_qint8_avx512_vnni.onnx', Q8, 'q8', 2],
    ['onnx/model_int8.onnx', Q8, 'q8', 3],
    ['onnx/model.onnx', FP32, 'fp32', 4],
    ['model.onnx', FP32, 'fp32', 5],
  ];
  it.each(cases)('finds %s by itself', async (path, file, dtype, probes) => {
    const { info, weights } = await score({ [path]: file });
    expect(info).toMatchObject({ dtype, device: 'wasm' });
    expect(weights).toHaveLength(probes);
    expect(weights.at(-1)).toBe(path);
  });

  it.each([
    'onnx/model_uint8.onnx',
    'onnx/model_qint8_arm64.onnx',
    'onnx/model_qint8_avx512.onnx',
    'onnx/model_qint8_avx2.onnx',
    'onnx/model_quint8_avx2.onnx',
    'model_quantized.onnx',
  ])('finds %s for a caller who names q8', async (path) => {
    const { info, weights } = await score({ [path]: Q8 }, { dtype: 'q8' });
    expect(info.dtype).toBe('q8');
    expect(weights.at(-1)).toBe(path);
  });

  it('finds an optimised graph for a caller who names fp32', async () => {
    const { logits } = await score({ 'onnx/model_O2.onnx': FP32 }, { dtype: 'fp32' });
    expect(largestError(logits, expected)).toBeLessThan(1e-3);
  });

  it('runs 4-bit weights of bitsandbytes as q4', async () => {
    const { logits, info } = await score({ 'onnx/model_bnb4.onnx': 'graphs/bnb4.onnx' }, { dtype: 'q4' });
    expect(info.dtype).toBe('q4');
    const spread = Math.max(...expected) - Math.min(...expected);
    expect(largestError(logits, expected)).toBeLessThan(spread / 2); // 4 bits of random weights
  });

  it('names every file that was looked for where none is there', async () => {
    await expect(score({})).rejects.toThrow(
      failing('not-found', 'model_quantized.onnx', 'model_int8.onnx', 'onnx/model.onnx'),
    );
  });
});

describe('file', () => {
  it('is read in place of the usual ones, and its name tells the dtype', async () => {
    const both = { 'onnx/model.onnx': FP32, 'onnx/model_O2.onnx': FP32, 'onnx/model_quint8_avx2.onnx': Q8 };
    const optimised = await score(both, { file: 'onnx/model_O2.onnx' });
    expect(optimised.weights).toEqual(['onnx/model_O2.onnx']);
    expect(largestError(optimised.logits, expected)).toBeLessThan(1e-3);
    expect((await score(both, { file: 'onnx/model_quint8_avx2.onnx' })).info.dtype).toBe('q8');
  });

  it('needs dtype for a name that tells nothing', async () => {
    const files = { 'weights/mine.onnx': FP32 };
    await expect(score(files, { file: 'weights/mine.onnx' })).rejects.toThrow(
      failing('invalid-input', 'mine.onnx', 'dtype'),
    );
    const { info } = await score(files, { file: 'weights/mine.onnx', dtype: 'fp32' });
    expect(info.dtype).toBe('fp32');
  });

  it.each([
    '../model.onnx',
    '/etc/model.onnx',
    'https://example.org/model.onnx',
    'model.bin',
    'a\\..\\b.onnx',
  ])('is refused outside the folder (%s)', async (file) => {
    await expect(score({ 'onnx/model.onnx': FP32 }, { file, dtype: 'fp32' })).rejects.toThrow(
      failing('invalid-input', 'file is'),
    );
  });
});

describe('outputs', () => {
  it.each(['states-and-logits', 'flat'])('of %s are read', async (graph) => {
    const { logits } = await score({ 'onnx/model.onnx': `graphs/${graph}.onnx` });
    expect(largestError(logits, expected)).toBeLessThan(1e-3);
  });

  it('in half precision are read', async () => {
    const { logits } = await score(
      { 'weights/half.onnx': FP16 },
      { file: 'weights/half.onnx', dtype: 'fp32' },
    );
    expect(largestError(logits, models.bert!.native.fp16)).toBeLessThan(0.05);
  });

  it('of a text-embedding model are refused, and modules.json says why', async () => {
    const files = {
      'onnx/model.onnx': 'graphs/states.onnx',
      'config.json': {
        model_type: 'modernbert',
        architectures: ['ModernBertModel'],
        max_position_embeddings: 128,
      },
    };
    await expect(score(files)).rejects.toThrow(failing('unsupported-model', 'bi-encoder'));
    const module = (name: string) => ({ type: `sentence_transformers.models.${name}` });
    const ettin = ['Transformer', 'Pooling', 'Dense', 'LayerNorm', 'Dense'].map(module);
    await expect(score({ ...files, 'modules.json': ettin })).rejects.toThrow(
      failing('unsupported-model', 'Pooling, Dense, LayerNorm, Dense', 'training.export'),
    );
    const embedding = ['Transformer', 'Pooling', 'Normalize'].map(module);
    await expect(score({ ...files, 'modules.json': embedding })).rejects.toThrow(
      failing('unsupported-model', 'text-embedding model'),
    );
  });

  it('decide where config.json names no labels, without another request', async () => {
    const config = { model_type: 'bert', max_position_embeddings: 128, pad_token_id: 0 };
    const { logits, requests } = await score({ 'config.json': config, 'onnx/model.onnx': FP32 });
    expect(largestError(logits, expected)).toBeLessThan(1e-3);
    expect(requests).not.toContain('modules.json');
  });
});

describe('label', () => {
  const { twoLabels } = JSON.parse(readFileSync(fixture('graphs/graphs.json'), 'utf8')) as {
    twoLabels: { config: { id2label?: object }; logits: number[][]; softmax: number[][] };
  };
  const files = { 'config.json': twoLabels.config, 'onnx/model.onnx': 'graphs/two-labels.onnx' };

  it.each([1, 'yes'])(
    '%s scores with its log-odds, whose sigmoid is the softmax of the reference',
    async (label) => {
      const { logits } = await score(files, { label });
      expect(
        largestError(
          logits,
          twoLabels.logits.map(([no = 0, yes = 0]) => yes - no),
        ),
      ).toBeLessThan(1e-3);
      const softmax = logits.map((logit) => 1 / (1 + Math.exp(-logit)));
      expect(
        largestError(
          softmax,
          twoLabels.softmax.map(([, yes = 0]) => yes),
        ),
      ).toBeLessThan(1e-4);
    },
  );

  it('is asked for, and refused where it is not there', async () => {
    await expect(score(files)).rejects.toThrow(failing('unsupported-model', '"no"', '"yes"', 'option label'));
    await expect(score(files, { label: 'maybe' })).rejects.toThrow(
      failing('invalid-input', '"maybe"', '"yes"'),
    );
    await expect(score(files, { label: 2 })).rejects.toThrow(failing('invalid-input', 'label is 2'));
    // A config that is silent leaves it to the graph.
    const { id2label: _, ...silent } = twoLabels.config;
    await expect(score({ ...files, 'config.json': silent })).rejects.toThrow(
      failing('unsupported-model', 'option label'),
    );
    await expect(score({ 'onnx/model.onnx': FP32 }, { label: 1 })).rejects.toThrow(
      failing('invalid-input', '1'),
    );
  });
});

describe('external data', () => {
  const data = {
    'onnx/model.onnx': 'graphs/external/model.onnx',
    'onnx/model.onnx_data': 'graphs/external/model.onnx_data',
    'onnx/model.onnx_data_1': 'graphs/external/model.onnx_data_1',
  };

  it('in several files is read with the graph', async () => {
    const { logits, info } = await score(data);
    expect(largestError(logits, expected)).toBeLessThan(1e-3);
    expect(info.files.map(({ file }) => file)).toEqual(expect.arrayContaining(Object.keys(data)));
  });

  it('goes to every stage of a model in stages', async () => {
    const { files: _, ...manifest } = readStagedManifest();
    const staged = 'graphs/external-staged';
    const goldens = readStagedGoldens();
    const files = {
      'config.json': 'tiny-staged/config.json',
      'tokenizer.json': 'tiny-staged/tokenizer.json',
      'tokenizer_config.json': 'tiny-staged/tokenizer_config.json',
      'onnx/model_w8.onnx': `${staged}/model.onnx`,
      'onnx/model.onnx_data': `${staged}/model.onnx_data`,
      'onnx/model.onnx_data_1': `${staged}/model.onnx_data_1`,
      'reranker.json': { ...manifest, files: {} },
    };
    const { logits, info } = await score(files, { file: 'onnx/model_w8.onnx' }, goldens.pairs);
    expect(info.stages).toBe(3);
    expect(largestError(logits, goldens.logits)).toBeLessThan(manifest.check!.tolerance.w8!);
  });

  it('that is missing is named', async () => {
    const { 'onnx/model.onnx_data_1': _, ...files } = data;
    await expect(score(files)).rejects.toThrow(
      failing('not-found', 'onnx/model.onnx keeps weights in onnx/model.onnx_data_1'),
    );
  });

  it('that is too short is refused', async () => {
    const folder = folders.make(data);
    truncateSync(`${folder}/onnx/model.onnx_data`, 1000);
    await expect(scoreFolder(folder, {}, pairs)).rejects.toThrow(
      failing('invalid-data', 'model.onnx_data has 1000 bytes', 'up to byte'),
    );
  });
});
