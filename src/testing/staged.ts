import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import type { Manifest } from '../model/manifest.js';
import type { OpenRequest, ScoreReport, ScoreRequest } from '../protocol.js';
import type { Dtype, Pair } from '../types.js';
import { Engine } from '../worker/engine.js';
import { prepareRuntime } from '../worker/runtime.js';
import { fixture } from './fixtures.js';

/** What training/fixtures/tiny_staged.py wrote: pairs, and what the fp32 model in PyTorch gives for each. */
export interface StagedGoldens {
  /** Query and passage. */
  pairs: Pair[];
  /** The model's logits. */
  logits: number[];
  /** Early logits at the first cut. */
  score_1: number[];
  /** Early logits at the second cut. */
  score_2: number[];
}

const FOLDER = fixture('tiny-staged/');
const read = (file: string) => readFileSync(new URL(file, FOLDER), 'utf8');

/** The goldens of the tiny model in stages. */
export function readStagedGoldens(): StagedGoldens {
  return JSON.parse(read('goldens.json')) as StagedGoldens; // written by our own script
}

/** The manifest of the tiny model in stages. */
export function readStagedManifest(): Manifest {
  return JSON.parse(read('reranker.json')) as Manifest; // written by our own script
}

/** The tiny model in stages, open on WASM; `stages: undefined` runs its graph whole. */
export async function openStaged(dtype: Dtype, settings: Partial<OpenRequest> = {}): Promise<Engine> {
  const manifest = readStagedManifest();
  const [file = ''] = Object.entries(manifest.files).find(([, entry]) => entry.dtype === dtype) ?? [];
  await prepareRuntime(ort, { threads: 1, wasmUrl: undefined });
  const { engine } = await Engine.open(ort, {
    device: 'wasm',
    dtype,
    threads: 1,
    weights: readFileSync(new URL(file, FOLDER)),
    tokenizer: read('tokenizer.json'),
    tokenizerConfig: read('tokenizer_config.json'),
    config: read('config.json'),
    maxLength: manifest.maxLength ?? 0,
    maxLengthFrom: undefined,
    padId: 0,
    optimize: true,
    batchTokens: 512,
    stages: manifest.stages,
    keptBytes: 0,
    check: { pairs: [['a question', 'an answer']] },
    ...settings,
  });
  return engine;
}

/** Scores pairs with an engine. @returns logits in order, and what they cost */
export async function scoreWith(
  engine: Engine,
  pairs: readonly Pair[],
  settings: Partial<ScoreRequest> = {},
): Promise<{ logits: number[]; cost: ScoreReport }> {
  const logits = Array<number>(pairs.length).fill(Number.NaN);
  const cost = await engine.score({ pairs, overflow: 'truncate', windowOverlap: 0, ...settings }, (batch) =>
    batch.indices.forEach((index, place) => (logits[index] = batch.logits[place] ?? Number.NaN)),
  );
  return { logits, cost };
}

/** The greatest difference between two lists of logits. */
export function largestError(logits: readonly number[], expected: readonly number[]): number {
  return Math.max(...expected.map((logit, index) => Math.abs(logit - (logits[index] ?? Number.NaN))));
}
