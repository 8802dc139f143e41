import { describe, expect, it } from 'vitest';
import { parseManifest } from './manifest.js';
import { readSettings } from './settings.js';

const bert = {
  model_type: 'bert',
  id2label: { 0: 'LABEL_0' },
  max_position_embeddings: 512,
  pad_token_id: 0,
};
const read = (config: object, tokenizer: object = {}, manifest?: number, wanted?: number) =>
  readSettings(
    { config: JSON.stringify(config), tokenizerConfig: JSON.stringify(tokenizer) },
    manifest,
    wanted,
  );

describe('readSettings', () => {
  it('takes the shortest of all stated lengths', () => {
    expect(read(bert)).toEqual({ maxLength: 512, padId: 0 });
    expect(read(bert, { model_max_length: 256 })).toMatchObject({ maxLength: 256 });
    expect(read(bert, { model_max_length: 1e30 }, 128)).toMatchObject({ maxLength: 128 });
    expect(read(bert, {}, undefined, 64)).toMatchObject({ maxLength: 64 });
  });

  it("leaves out RoBERTa's positions up to the padding index", () => {
    const roberta = { ...bert, model_type: 'xlm-roberta', max_position_embeddings: 514, pad_token_id: 1 };
    expect(read(roberta)).toEqual({ maxLength: 512, padId: 1 });
  });

  it.each([
    [{ ...bert, id2label: { 0: 'NEGATIVE', 1: 'POSITIVE' } }, '2 labels'],
    [{ ...bert, id2label: undefined }, '2 labels'],
  ])('refuses a model that does not give one logit', (config, message) => {
    expect(() => read(config)).toThrow(
      expect.objectContaining({
        code: 'unsupported-model',
        message: expect.stringContaining(message) as unknown,
      }) as Error,
    );
  });

  it('refuses a length that the model cannot read, and files that are not JSON', () => {
    expect(() => read(bert, {}, undefined, 1024)).toThrow(
      /maxLength is 1024, but this model reads at most 512/,
    );
    expect(() => readSettings({ config: '{', tokenizerConfig: '{}' }, undefined, undefined)).toThrow(
      /config.json is not JSON/,
    );
  });
});

describe('parseManifest', () => {
  const good = {
    version: 1,
    name: 'm',
    revision: 'r',
    files: { 'a.onnx': { sha256: 'a'.repeat(64), bytes: 3, dtype: 'q8' } },
  };
  const parse = (manifest: unknown) =>
    parseManifest(typeof manifest === 'string' ? manifest : JSON.stringify(manifest), '/m/reranker.json');

  const cut = { layers: 2, states: 'states_2', score: 'score_2', margin: 1.5 };
  const one = { logits: [1], tolerance: {} };
  const staged = (stages: object) => ({ ...good, stages });

  it('reads what export.py writes', () => {
    expect(parse(good)).toEqual(good);
    const stages = { layers: 6, cuts: [cut, { ...cut, layers: 4, margin: 0 }] };
    expect(parse(staged(stages)).stages).toEqual(stages);
  });

  it.each([
    ['{', 'not JSON'],
    [{ ...good, version: 2 }, 'version is 2, this package reads version 1'],
    [{ ...good, name: undefined }, '"name" and "revision" must be strings'],
    [{ ...good, files: { a: { sha256: 'short', bytes: 3 } } }, 'files["a"] needs "sha256"'],
    [
      { ...good, check: { pairs: [['q', 'p']], logits: [], tolerance: {} } },
      '"check" needs one logit a pair',
    ],
    [
      { ...good, check: { pairs: [['q', 'p']], ...one, early: [one, { ...one, logits: [1, 2] }] } },
      '"check" needs one logit a pair',
    ],
    [
      {
        ...staged({ layers: 6, cuts: [cut, { ...cut, layers: 4 }] }),
        check: { pairs: [['q', 'p']], ...one, early: [one] },
      },
      '"early" one a cut',
    ],
    [staged({ layers: 6, cuts: [] }), '"stages" needs "cuts"'],
    [staged({ layers: 6 }), '"stages" needs "cuts"'],
    [staged({ layers: 2, cuts: [cut] }), '"stages" needs "layers", a whole number over 2'],
    [staged({ layers: 6, cuts: [cut, cut] }), '"stages" cuts[1].layers must be a whole number over 2'],
    [staged({ layers: 6, cuts: [{ ...cut, score: 3 }] }), 'cuts[0] needs tensor names'],
    [staged({ layers: 6, cuts: [{ ...cut, margin: -1 }] }), 'cuts[0].margin must be a number of 0 or more'],
    [staged({ layers: 6, cuts: [{ ...cut, margin: 'wide' }] }), 'cuts[0].margin must be a number'],
  ])('names the field that is wrong (%#)', (manifest, message) => {
    expect(() => parse(manifest)).toThrow(
      expect.objectContaining({
        code: 'invalid-data',
        message: expect.stringContaining(message) as unknown,
      }) as Error,
    );
  });
});
