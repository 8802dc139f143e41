import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { startServer, type TestServer } from '../scripts/hub-server.js';
import type { Scenario } from './contestants.js';
import { portableGraph } from './portable.js';

const require = createRequire(import.meta.url);
const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const BERT = { tokenizer_class: 'BertTokenizer' };

/** The model's name on the stand-in Hub. */
export const hubName = (model: string) => `bench/${model}`;

/** The model's folder on disk. */
export const modelDir = (model: string) => folder(`../public/models/${model}`);

/** The model's q8 weights on disk. */
export const weightsFile = (model: string) => `${modelDir(model)}/onnx/model_quantized.onnx`;

/** Builds the pages as a user's bundler would. */
export async function buildPages(): Promise<void> {
  await build({ configFile: folder('pages/vite.config.ts'), logLevel: 'warn' });
}

/** Whether the model is on disk. */
export const isThere = (model: string) => existsSync(weightsFile(model));

/**
 * A server a kind of page: pages, models, the peers' own builds and the runtimes they ask for.
 * @param gpu - also the weights of our WebGPU graph, for the peers
 */
export async function startServers(model: string, gpu = false): Promise<Record<Scenario, TestServer>> {
  const transformers = require.resolve('@huggingface/transformers');
  const transformersRuntime = createRequire(transformers).resolve('onnxruntime-web');
  const xenova = dirname(require.resolve('@xenova/transformers/package.json'));
  const text = (file: string) => readFileSync(`${modelDir(model)}/${file}`, 'utf8');
  // Transformers.js hands token type ids only to tokenizers of BERT's own class; zeros would be other scores.
  const tokenizerConfig = { ...(JSON.parse(text('tokenizer_config.json')) as object), ...BERT };
  const files: Record<string, string | Uint8Array> = {
    'config.json': text('config.json'),
    'tokenizer.json': text('tokenizer.json'),
    'tokenizer_config.json': JSON.stringify(tokenizerConfig),
    'onnx/model_quantized.onnx': portableGraph(weightsFile(model)),
    // Transformers.js has no name for these 8-bit weights; `int8` is one that it does not use otherwise.
    ...(gpu ? { 'onnx/model_int8.onnx': portableGraph(`${modelDir(model)}/onnx/model_w8.onnx`) } : {}),
  };
  const options = {
    models: { [hubName(model)]: { files } },
    mounts: [
      { dir: folder('../public/models'), at: '/models' },
      { dir: dirname(transformers), at: '/transformers' },
      { dir: dirname(transformersRuntime), at: '/transformers-runtime' },
      { dir: `${xenova}/dist`, at: '/xenova' },
      { dir: folder('../dist-bench') },
    ],
  };
  return { isolated: await startServer({ ...options, isolated: true }), plain: await startServer(options) };
}
