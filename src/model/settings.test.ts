import { describe, expect, it } from 'vitest';
import { parseManifest } from './manifest.js';
import type { RerankerOptions } from '../types.js';
import { readSettings } from './settings.js';

const bert = {
  model_type: 'bert',
  id2label: { 0: 'LABEL_0' },
  max_position_embeddings: 512,
  pad_token_id: 0,
};
const read = (
  config: object,
  {
    saved,
    transformer,
    known = {},
    options = {},
  }: {
    saved?: object;
    transformer?: object;
    known?: Parameters<typeof readSettings>[1];
    options?: RerankerOptions;
  } = {},
) =>
  readSettings(
    {
      config: JSON.stringify(config),
      tokenizerConfig: '{}',
      savedModel: saved && JSON.stringify(saved),
      savedTransformer: transformer && JSON.stringify(transformer),
    },
    known,
    options,
  );

const invalid = (message: string) =>
  expect.objectContaining({
    code: 'invalid-data',
    message: expect.stringContaining(message) as unknown,
  }) as Error;

describe('readSettings', () => {
  it('reads the token that fills a batch up', () => {
    expect(read(bert)).toMatchObject({ padId: 0 });
    expect(read({ ...bert, pad_token_id: 50283 })).toMatchObject({ padId: 50283 });
    expect(read({ ...bert, pad_token_id: null })).toMatchObject({ padId: 0 });
  });

  it.each(['0', -1, 1.5, true])('refuses a padding token of %j', (pad) => {
    expect(() => read({ ...bert, pad_token_id: pad })).toThrow(invalid('config.json: "pad_token_id"'));
  });

  const PROMPTED = {
    model_type: 'CrossEncoder',
    activation_fn: 'torch.nn.Tanh',
    prompts: { q: 'query: ' },
    default_prompt_name: 'q',
  };

  it('takes what the manifest or the catalogue says before what the files say', () => {
    expect(read(bert, { saved: PROMPTED }).activation).toBe('tanh');
    expect(read(bert, { saved: PROMPTED, known: { activation: 'identity' } }).activation).toBe('identity');
    expect(read(bert, { known: { maxLength: 128 } })).toMatchObject({ maxLength: 128, modelMaxLength: 128 });
  });

  it('takes the length that sentence-transformers has saved', () => {
    const transformer = { max_seq_length: 44 };
    expect(read(bert, { saved: PROMPTED, transformer })).toMatchObject({
      maxLength: 44,
      maxLengthFrom: 'sentence_bert_config.json: "max_seq_length"',
      modelMaxLength: 512,
    });
    expect(() => read(bert, { saved: PROMPTED, transformer: { max_seq_length: 0 } })).toThrow(
      invalid('sentence_bert_config.json: "max_seq_length" is 0'),
    );
  });

  it("puts the caller's prompts over those of the model", () => {
    const options = { prompts: { q: 'question: ', p: 'passage: ' }, defaultPromptName: 'p' };
    expect(read(bert, { saved: PROMPTED, options }).prompts).toEqual(options);
    expect(read(bert, { saved: PROMPTED }).prompts.defaultPromptName).toBe('q');
    const nameless = { ...PROMPTED, default_prompt_name: 'x' };
    expect(() => read(bert, { saved: nameless })).toThrow(
      invalid('config_sentence_transformers.json: "default_prompt_name" is "x"'),
    );
    expect(
      read(bert, { saved: nameless, options: { prompts: { x: 'find: ' } } }).prompts.defaultPromptName,
    ).toBe('x');
  });

  it.each([
    ['{', '{}', 'config.json is not JSON'],
    ['null', '{}', 'config.json is null, expected an object'],
    ['[]', '{}', 'config.json is [], expected an object'],
    [JSON.stringify(bert), 'null', 'tokenizer_config.json is null'],
  ])('refuses files that hold no object (%s, %s)', (config, tokenizerConfig, message) => {
    expect(() => readSettings({ config, tokenizerConfig }, {}, {})).toThrow(invalid(message));
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
  const part = { path: 'a.onnx.part1', sha256: 'b'.repeat(64), bytes: 2 };
  const inParts = (parts: unknown) => ({
    ...good,
    files: { 'a.onnx': { ...good.files['a.onnx'], parts } },
  });

  it('reads what export.py writes', () => {
    expect(parse(good)).toEqual(good);
    const stages = { layers: 6, cuts: [cut, { ...cut, layers: 4, margin: 0 }] };
    expect(parse(staged(stages)).stages).toEqual(stages);
  });

  it('reads where a file is stored in parts', () => {
    const parts = [part, { ...part, path: 'a.onnx.part2', bytes: 1 }];
    expect(parse(inParts(parts)).files['a.onnx']?.parts).toEqual(parts);
  });

  it.each([
    ['{', 'not JSON'],
    [{ ...good, version: 2 }, 'version is 2, this package reads version 1'],
    [{ ...good, name: undefined }, '"name" and "revision" must be strings'],
    [{ ...good, files: { a: { sha256: 'short', bytes: 3 } } }, 'files["a"] needs "sha256"'],
    [inParts('elsewhere'), 'files["a.onnx"].parts have 0 bytes'],
    [inParts([]), 'files["a.onnx"].parts have 0 bytes'],
    [inParts([part, null]), 'files["a.onnx"].parts[1] must be a path within the folder'],
    [inParts([{ ...part, path: '../a' }]), 'files["a.onnx"].parts[0] must be a path within the folder'],
    [inParts([{ ...part, sha256: '' }]), 'files["a.onnx"].parts[0] needs "sha256"'],
    [inParts([part]), 'files["a.onnx"].parts have 2 bytes, the file 3'],
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
