import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RerankError } from '../errors.js';
import { fuzz } from '../testing/fuzz.js';
import { mutated } from '../testing/mutations.js';
import { parseManifest } from './manifest.js';
import { readSettings } from './settings.js';

// Whatever a host sends in place of a model's files: it is read right or refused by a RerankError, never anything else.

const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const FOLDER = '../testing/fixtures/tiny-staged/';
const MANIFEST = text(`${FOLDER}reranker.json`);
const CONFIG = text(`${FOLDER}config.json`);
const TOKENIZER_CONFIG = text(`${FOLDER}tokenizer_config.json`);
const MUTATIONS = 3000;

/** Reads as many mutations as stated. @returns how many were refused, and what was thrown that is no RerankError */
function read(original: string, parse: (text: string) => void): { refused: number; untyped: string[] } {
  const { times, random } = fuzz(MUTATIONS, 20261125);
  const untyped: string[] = [];
  let refused = 0;
  for (let count = 0; count < times; count++) {
    const mutation = mutated(original, random);
    try {
      parse(mutation);
    } catch (error) {
      refused++;
      if (!(error instanceof RerankError)) untyped.push(`${String(error)} for ${mutation.slice(0, 300)}`);
    }
  }
  return { refused, untyped };
}

describe('mutations of the files that the page reads', () => {
  it('reranker.json', () => {
    expect(() => parseManifest(MANIFEST, '/m')).not.toThrow();
    const { refused, untyped } = read(MANIFEST, (mutation) => {
      const { files, check, stages, activation, name, revision } = parseManifest(mutation, '/m');
      expect([typeof name, typeof revision]).toEqual(['string', 'string']);
      expect([undefined, 'identity', 'sigmoid', 'tanh']).toContain(activation);
      for (const { sha256, bytes } of Object.values(files)) {
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(bytes).toBeGreaterThan(0);
      }
      if (check) {
        expect(check.pairs.length).toBeGreaterThan(0);
        expect(check.logits.every(Number.isFinite) && check.logits.length === check.pairs.length).toBe(true);
        for (const { tolerance } of [check, ...(check.early ?? [])])
          expect(Object.values(tolerance).every((each) => each >= 0)).toBe(true);
      }
      for (const { margin } of stages?.cuts ?? []) expect(margin).toBeGreaterThanOrEqual(0);
    });
    expect(untyped).toEqual([]);
    expect(refused).toBeGreaterThan(MUTATIONS / 4);
  });

  const TEXTS = {
    config: CONFIG,
    tokenizerConfig: TOKENIZER_CONFIG,
    savedModel:
      '{"model_type": "CrossEncoder", "activation_fn": "torch.nn.Tanh", "prompts": {"q": "query: "}, "default_prompt_name": "q"}',
    savedTransformer:
      '{"max_seq_length": 64, "do_lower_case": false, "modality_config": {"text": {"method": "forward"}}}',
  };

  it.each(Object.keys(TEXTS) as (keyof typeof TEXTS)[])('%s', (name) => {
    const original = TEXTS[name];
    const parse = (text: string) => readSettings({ ...TEXTS, [name]: text }, { maxLength: 128 }, {});
    expect(() => parse(original)).not.toThrow();
    const { refused, untyped } = read(original, (mutation) => {
      const { maxLength, padId } = parse(mutation);
      expect(Number.isInteger(maxLength) && maxLength >= 1 && maxLength <= 128).toBe(true);
      expect(Number.isInteger(padId) && padId >= 0).toBe(true);
    });
    expect(untyped).toEqual([]);
    expect(refused).toBeGreaterThan(0);
  });
});
