import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CHECK } from '../backend/self-check.js';
import type { OpenRequest } from '../protocol.js';
import { fixture } from '../testing/fixtures.js';
import { readStagedManifest } from '../testing/staged.js';
import { Engine } from './engine.js';
import { prepareRuntime } from './runtime.js';
import type { OrtRuntime } from './session.js';

/** What stands for the two backends: both compute on WASM, and what comes from the GPU is spoilt as wanted. */
interface Backends {
  /** Added to each logit of the GPU. */
  off?: number;
  /** What the CPU says to a graph, in place of opening it. */
  refusal?: string;
}

/** onnxruntime-web with a GPU; `log` tells which sessions are opened and released. */
function runtime(backends: Backends, log: string[]): OrtRuntime {
  type Options = ort.InferenceSession.SessionOptions & {
    executionProviders: ['wasm' | 'webgpu' | { name: 'webgpu' }];
  };
  const create = async (graph: Uint8Array, options: Options): Promise<ort.InferenceSession> => {
    const [provider] = options.executionProviders;
    const device = typeof provider === 'string' ? provider : provider.name;
    log.push(`open ${device}, ${options.graphOptimizationLevel}`);
    if (device === 'wasm' && backends.refusal !== undefined) throw new Error(backends.refusal);
    const session = await ort.InferenceSession.create(graph, { ...options, executionProviders: ['wasm'] });
    const run = session.run.bind(session);
    const release = session.release.bind(session);
    Object.assign(session, {
      async run(feeds: ort.InferenceSession.FeedsType, outputs: string[]) {
        const results = await run(feeds, outputs);
        // Logits only: the states of a stage have three dimensions.
        const spoilt = Object.values(results).filter(({ dims }) => device === 'webgpu' && dims.length < 3);
        for (const { data } of spoilt)
          (data as Float32Array).forEach((_, at, all) => (all[at]! += backends.off ?? 0));
        return results;
      },
      release() {
        log.push(`release ${device}`);
        return release();
      },
    });
    return session;
  };
  const lost = new Promise<never>(() => undefined);
  const env = { wasm: ort.env.wasm, webgpu: { device: Promise.resolve({ lost }) } };
  // Only what the engine uses of a runtime.
  return { Tensor: ort.Tensor, InferenceSession: { create }, env } as unknown as OrtRuntime;
}

async function open(folder: string, backends: Backends, settings: Partial<OpenRequest> = {}) {
  const log: string[] = [];
  const read = (file: string) => readFileSync(new URL(file, fixture(folder)), 'utf8');
  await prepareRuntime(ort, { threads: 1, wasmUrl: undefined });
  const { engine, report } = await Engine.open(runtime(backends, log), {
    device: 'webgpu',
    dtype: 'fp32',
    threads: 1,
    weights: readFileSync(new URL('onnx/model.onnx', fixture(folder))),
    optimize: true,
    tokenizer: read('tokenizer.json'),
    tokenizerConfig: read('tokenizer_config.json'),
    config: read('config.json'),
    maxLength: 128,
    maxLengthFrom: undefined,
    padId: 0,
    batchTokens: 8192,
    stages: undefined,
    keptBytes: 0,
    check: DEFAULT_CHECK,
    ...settings,
  });
  return { engine, report, log };
}

const BERT = 'architectures/bert/';
const failing = (message: RegExp) =>
  expect.objectContaining({
    code: 'self-check-failed',
    message: expect.stringMatching(message) as unknown,
  }) as Error;

describe('a model without stored logits on WebGPU', () => {
  it('is compared with the CPU, whose session is gone before the GPU opens the graph', async () => {
    const { report, log } = await open(BERT, {});
    expect(log).toEqual(['open wasm, disabled', 'release wasm', 'open webgpu, all']);
    expect(report.checkError).toBeLessThan(1e-4);
    expect((await open(BERT, { off: 0.001 })).report.checkError).toBeCloseTo(0.001, 4);
  });

  it('is refused where the GPU gives other logits, finite and different as they are', async () => {
    await expect(open(BERT, { off: 0.1 })).rejects.toThrow(failing(/pair 0 scored .*, expected .* ± 0\.0/));
  });

  it('is refused where the CPU cannot run the graph: what was not checked does not serve', async () => {
    const refusal = 'Could not find an implementation for GatherBlockQuantized(1)';
    await expect(open(BERT, { refusal })).rejects.toThrow(
      failing(/cannot run it: .*GatherBlockQuantized.*reranker\.json/),
    );
  });

  it('has the early heads of its stages compared, too, when they are first asked for', async () => {
    const { stages } = readStagedManifest();
    const backends: Backends = {};
    const { engine, log } = await open('tiny-staged/', backends, { stages });
    const ask = (cut: number) =>
      engine.score({ pairs: [['a', 'b']], overflow: 'truncate', windowOverlap: 0, cut }, () => undefined);
    await expect(ask(0)).resolves.toMatchObject({ rows: 1 });
    backends.off = 0.1;
    await expect(ask(1)).rejects.toThrow(failing(/expected/));
    const count = (what: string) => log.filter((entry) => entry.startsWith(what)).length;
    expect(count('open wasm')).toBe(count('release wasm'));
  });
});

it('asks the CPU nothing where logits are stored, nor on WASM', async () => {
  const stored = { ...DEFAULT_CHECK, logits: [0, 0, 0], tolerance: 100 };
  expect((await open(BERT, {}, { check: stored })).log).toEqual(['open webgpu, all']);
  expect((await open(BERT, {}, { device: 'wasm' })).log).toEqual(['open wasm, all']);
});
