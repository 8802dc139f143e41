import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { noteOf, readArchitectures } from '../testing/architectures.js';
import { fixture } from '../testing/fixtures.js';
import { planRows, recordRow } from '../testing/record.js';
import { largestError, scoreWith } from '../testing/staged.js';
import { Engine } from './engine.js';
import { prepareRuntime } from './runtime.js';

// Tiny models, but thirty graphs to open on shared cores.
vi.setConfig({ testTimeout: 120_000 });

const { maxLength, pairs, models } = readArchitectures();
const FILES = { fp32: 'model', fp16: 'model_fp16', q8: 'model_quantized' } as const;
type TestedDtype = keyof typeof FILES;
const cases = Object.keys(models).flatMap((architecture) =>
  (Object.keys(FILES) as TestedDtype[]).map((dtype) => ({ architecture, dtype })),
);
const keyOf = (architecture: string, dtype: TestedDtype) => `${architecture} ${dtype}`;

async function open(architecture: string, dtype: TestedDtype): Promise<Engine> {
  const folder = fixture(`architectures/${architecture}/`);
  const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');
  await prepareRuntime(ort, { threads: 1, wasmUrl: undefined });
  const { engine } = await Engine.open(ort, {
    device: 'wasm',
    dtype,
    threads: 1,
    weights: readFileSync(new URL(`onnx/${FILES[dtype]}.onnx`, folder)),
    optimize: true,
    tokenizer: read('tokenizer.json'),
    tokenizerConfig: read('tokenizer_config.json'),
    config: read('config.json'),
    maxLength,
    maxLengthFrom: undefined,
    padId: (JSON.parse(read('config.json')) as { pad_token_id?: number }).pad_token_id ?? 0,
    batchTokens: dtype === 'fp32' ? 512 : 1, // the scales of dynamic int8 are those of a batch
    stages: undefined,
    keptBytes: 0,
    check: { pairs: pairs.slice(0, 2) },
  });
  return engine;
}

beforeAll(() =>
  planRows(
    'architectures',
    'node',
    cases.map(({ architecture, dtype }) => keyOf(architecture, dtype)),
  ),
);

it('asks about long pairs, too', () => {
  for (const { tokens, logits } of Object.values(models)) {
    expect(tokens.filter((count) => count > 64).length).toBeGreaterThan(5);
    expect(Math.max(...tokens)).toBe(maxLength);
    expect(Math.max(...logits) - Math.min(...logits)).toBeGreaterThan(1); // a flat model would prove nothing
  }
});

describe.each(cases)('$architecture in $dtype on WASM', ({ architecture, dtype }) => {
  it('gives the logits of the reference', async () => {
    const golden = models[architecture]!;
    const { logits } = await scoreWith(await open(architecture, dtype), pairs);
    const difference = largestError(logits, golden.logits);
    recordRow('architectures', 'node', keyOf(architecture, dtype), {
      architecture,
      backend: 'WASM in Node',
      dtype,
      pairs: pairs.length,
      difference,
      note: noteOf(golden),
    });
    if (dtype === 'fp32') expect(difference).toBeLessThan(1e-3);
    // What storing the weights so costs is the file's own; the backend has to compute what the file says.
    else expect(largestError(logits, golden.native[dtype])).toBeLessThan(TOLERANCE[dtype]);
  });
});

/** To onnxruntime's own CPU: int8 may turn by a step, and half precision is rounded at other places. */
const TOLERANCE = { fp16: 0.1, q8: 0.5 };
