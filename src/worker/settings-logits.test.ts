import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { fixture } from '../testing/fixtures.js';
import type { Pair } from '../types.js';
import { Engine } from './engine.js';
import { prepareRuntime } from './runtime.js';

/** What training/fixtures/settings_logits.py wrote: one tiny model under several tokenizer_config.json. */
const { tokenizer, pairs, cases } = JSON.parse(readFileSync(fixture('settings-logits.json'), 'utf8')) as {
  tokenizer: object;
  pairs: Pair[];
  cases: Record<string, { settings: { model_max_length: number }; logits: number[] }>;
};

async function score(settings: { model_max_length: number }): Promise<number[]> {
  await prepareRuntime(ort, { threads: 1, wasmUrl: undefined });
  const { engine } = await Engine.open(ort, {
    device: 'wasm',
    dtype: 'fp32',
    threads: 1,
    weights: readFileSync(fixture('tiny-bert/onnx/model.onnx')),
    optimize: true,
    tokenizer: JSON.stringify(tokenizer),
    tokenizerConfig: JSON.stringify(settings),
    config: readFileSync(fixture('tiny-bert/config.json'), 'utf8'),
    maxLength: settings.model_max_length,
    maxLengthFrom: undefined,
    padId: 0,
    batchTokens: 1024, // all pairs in one padded batch
    stages: undefined,
    keptBytes: 0,
    check: { pairs: [['a question', 'an answer']] },
  });
  const logits = Array<number>(pairs.length).fill(Number.NaN);
  await engine.score({ pairs, overflow: 'truncate', windowOverlap: 0 }, (batch) =>
    batch.indices.forEach((index, place) => (logits[index] = batch.logits[place] ?? Number.NaN)),
  );
  return logits;
}

describe('logits of sentence-transformers under settings of tokenizer_config.json', () => {
  it.each(Object.entries(cases))('%s', async (_, { settings, logits }) => {
    const scored = await score(settings);
    const errors = logits.map((logit, index) => Math.abs(logit - (scored[index] ?? Number.NaN)));
    expect(Math.max(...errors)).toBeLessThan(1e-3);
  });

  it('differ from each other where the setting matters', () => {
    const first = (name: string) => cases[name]?.logits[0];
    expect(first('no_types')).not.toBeCloseTo(first('base') ?? Number.NaN, 1);
    expect(first('cased_config')).not.toBeCloseTo(first('base') ?? Number.NaN, 1);
    expect(first('cased_generic')).toBe(first('base'));
  });
});
