import { describe, expect, it } from 'vitest';
import { readDefaultActivation } from './default-activation.js';
import { readSavedSettings } from './sentence-transformers.js';

const SAVED = { model_type: 'CrossEncoder', prompts: { q: 'query: ' }, default_prompt_name: 'q' };
const read = (model: unknown, transformer?: unknown) =>
  readSavedSettings({
    model: model === undefined ? undefined : JSON.stringify(model),
    transformer: transformer === undefined ? undefined : JSON.stringify(transformer),
  });

const error = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as unknown }) as Error;

describe('readSavedSettings', () => {
  it('takes nothing from a folder without the file, or of another kind of model', () => {
    const nothing = {
      prompts: {},
      defaultPromptName: undefined,
      activation: undefined,
      maxLength: undefined,
    };
    expect(read(undefined)).toEqual(nothing);
    expect(read({ ...SAVED, model_type: 'SentenceTransformer' })).toEqual(nothing);
    expect(read({ prompts: SAVED.prompts, default_prompt_name: 'q' })).toEqual(nothing);
  });

  it('reads what version 6 writes', () => {
    const transformer = {
      transformer_task: 'sequence-classification',
      modality_config: { text: { method: 'forward', method_output_name: 'logits' } },
      module_output_name: 'scores',
    };
    expect(read({ ...SAVED, activation_fn: 'torch.nn.Tanh' }, transformer)).toEqual({
      prompts: { q: 'query: ' },
      defaultPromptName: 'q',
      activation: 'torch.nn.Tanh',
      maxLength: undefined,
    });
    expect(read(SAVED, { max_seq_length: 300, do_lower_case: false, processing_kwargs: {} }).maxLength).toBe(
      300,
    );
  });

  it.each([
    [{ ...SAVED, prompts: ['query: '] }, '"prompts" is ["query: "], expected an object'],
    [{ ...SAVED, prompts: { q: 3 } }, '"prompts.q" is 3'],
    [{ ...SAVED, default_prompt_name: 3 }, '"default_prompt_name" is 3'],
    [{ ...SAVED, activation_fn: {} }, '"activation_fn" is {}'],
    [null, 'config_sentence_transformers.json is null'],
  ])('names the field that is wrong (%#)', (saved, message) => {
    expect(() => read(saved)).toThrow(error('invalid-data', message));
  });

  it.each([
    { do_lower_case: true },
    { processing_kwargs: { text: { max_length: 64 } } },
    { processor_kwargs: { padding_side: 'left' } },
    { modality_config: { message: { method: 'forward' } } },
  ])('refuses by name what would give other tokens: %j', (transformer) => {
    const [field = ''] = Object.keys(transformer);
    expect(() => read(SAVED, transformer)).toThrow(error('unsupported-model', `"${field}"`));
  });
});

describe('readDefaultActivation', () => {
  const named = (name: unknown) => ({ sentence_transformers: { activation_fn: name } });

  it.each([
    [{}, undefined, 'sigmoid'],
    [named('torch.nn.modules.linear.Identity'), undefined, 'identity'],
    [named('torch.nn.Identity'), undefined, 'identity'],
    [named('torch.nn.modules.activation.Tanh'), undefined, 'tanh'],
    [named('torch.nn.modules.activation.ReLU'), undefined, { unknown: 'torch.nn.modules.activation.ReLU' }],
    [named('torch.special.Identity'), undefined, { unknown: 'torch.special.Identity' }],
    [named('torch.nn.constructor'), undefined, { unknown: 'torch.nn.constructor' }],
    [named('mine.Squash'), undefined, 'sigmoid'],
    [named('torch.nn.Identity'), 'torch.nn.Tanh', 'tanh'],
    [named('torch.nn.Identity'), 'mine.Squash', 'identity'],
    [{ sbert_ce_default_activation_function: 'torch.nn.Identity' }, undefined, 'identity'],
    [{ sbert_ce_default_activation_function: null }, undefined, 'sigmoid'],
  ])('of %j and %j is %j', (config, saved, activation) => {
    expect(readDefaultActivation(config, saved)).toEqual(activation);
  });

  it.each([
    [{ sentence_transformers: 'Identity' }, '"sentence_transformers" is "Identity"'],
    [named(3), '"sentence_transformers.activation_fn" is 3'],
    [{ sbert_ce_default_activation_function: {} }, '"sbert_ce_default_activation_function" is {}'],
  ])('is refused where the field holds no name: %j', (config, message) => {
    expect(() => readDefaultActivation(config, undefined)).toThrow(error('invalid-data', message));
  });
});
