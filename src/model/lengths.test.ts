import { describe, expect, it } from 'vitest';
import { readLengths } from './lengths.js';

const BERT = { model_type: 'bert', max_position_embeddings: 512, pad_token_id: 0 };
const read = (config: object = BERT, tokenizer: object = {}, manifest?: number, wanted?: number) =>
  readLengths({ ...config }, { ...tokenizer }, undefined, manifest, wanted);

const error = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as unknown }) as Error;

describe('readLengths', () => {
  it.each([
    ['positions alone', BERT, {}, undefined, 512, 512],
    ['a shorter tokenizer', BERT, { model_max_length: 48 }, undefined, 48, 512],
    ['a longer tokenizer', BERT, { model_max_length: 8192 }, undefined, 512, 512],
    ['a tokenizer without a limit', BERT, { model_max_length: 1e30 }, undefined, 512, 512],
    ['a tokenizer that says null', BERT, { model_max_length: null }, undefined, 512, 512],
    ['the older name', BERT, { max_len: 128 }, undefined, 128, 512],
    ['a manifest', BERT, { model_max_length: 256 }, 128, 128, 128],
    ['no word on positions', { model_type: 'bert' }, {}, undefined, 512, 512],
    ['a model without a table of positions', { max_position_embeddings: -1 }, {}, undefined, 512, 512],
    ['the same with a tokenizer', { max_position_embeddings: -1 }, { max_len: 900 }, undefined, 512, 900],
    ['a long model', { max_position_embeddings: 8192 }, { model_max_length: 8192 }, undefined, 512, 8192],
  ])(
    'opens at the shortest that is stated, and at 512 at most: %s',
    (_, config, tokenizer, manifest, ...is) => {
      const { maxLength, modelMaxLength } = read(config, tokenizer, manifest);
      expect([maxLength, modelMaxLength]).toEqual(is);
    },
  );

  it.each([
    [{ model_type: 'xlm-roberta', max_position_embeddings: 514, pad_token_id: 1 }, 512],
    [{ model_type: 'roberta', max_position_embeddings: 130, pad_token_id: 3 }, 126],
    [{ model_type: 'camembert', max_position_embeddings: 514 }, 512],
    [{ model_type: 'mpnet', max_position_embeddings: 514, pad_token_id: 1 }, 512],
    [{ model_type: 'mpnet', max_position_embeddings: 514, pad_token_id: 0 }, 512],
    [{ model_type: 'roberta' }, 510],
    // As jina-reranker-v2: code of its own and no model_type.
    [{ architectures: ['XLMRobertaForSequenceClassification'], max_position_embeddings: 1026 }, 1024],
    [
      {
        auto_map: { AutoConfig: 'x--configuration_xlm_roberta.XLMRobertaFlashConfig' },
        max_position_embeddings: 1026,
      },
      1024,
    ],
    [{ model_type: 'distilbert', max_position_embeddings: 512, pad_token_id: 1 }, 512],
    [{ model_type: 'modernbert', max_position_embeddings: 8192, pad_token_id: 50283 }, 8192],
  ])('leaves out the positions that no token gets: %j', (config, limit) => {
    expect(read(config).modelMaxLength).toBe(limit);
  });

  it("lets the caller replace the tokenizer's limit, up to the model's", () => {
    const long = { max_position_embeddings: 8192 };
    expect(read(long, { model_max_length: 8192 }, undefined, 8192)).toMatchObject({ maxLength: 8192 });
    expect(read(BERT, { model_max_length: 48 }, undefined, 100)).toMatchObject({ maxLength: 100 });
    expect(read(BERT, {}, undefined, 64)).toEqual({
      maxLength: 64,
      maxLengthFrom: undefined,
      modelMaxLength: 512,
    });
    expect(() => read(BERT, {}, undefined, 513)).toThrow(
      error('invalid-input', 'maxLength is 513, but this model reads at most 512 tokens'),
    );
    expect(() => read(BERT, {}, 256, 300)).toThrow(error('invalid-input', 'at most 256 tokens'));
  });

  it('says which field a limit is from', () => {
    expect(read(BERT).maxLengthFrom).toBe('config.json: "max_position_embeddings"');
    expect(read(BERT, { model_max_length: 3 }).maxLengthFrom).toBe(
      'tokenizer_config.json: "model_max_length"',
    );
    expect(read(BERT, {}, 4).maxLengthFrom).toBe('reranker.json: "maxLength"');
  });

  const NO_LENGTHS = [0, -1, 1.5, '512', true, [512], {}];

  it.each(NO_LENGTHS)('refuses a tokenizer limit of %j', (value) => {
    expect(() => read(BERT, { model_max_length: value })).toThrow(
      error('invalid-data', 'tokenizer_config.json: "model_max_length" is'),
    );
    expect(() => read(BERT, { max_len: value })).toThrow(error('invalid-data', '"max_len" is'));
  });

  it.each([...NO_LENGTHS.filter((value) => value !== -1), -2, null, 'x'])('refuses %j positions', (value) => {
    expect(() => read({ ...BERT, max_position_embeddings: value })).toThrow(
      error('invalid-data', 'config.json: "max_position_embeddings" is'),
    );
  });

  it('refuses fewer positions than the padding index takes', () => {
    expect(() => read({ model_type: 'roberta', max_position_embeddings: 2, pad_token_id: 1 })).toThrow(
      error('invalid-data', '"max_position_embeddings" is 2, expected a whole number of tokens above 2'),
    );
  });

  it.each(NO_LENGTHS)('refuses a manifest limit of %j', (value) => {
    expect(() => read(BERT, {}, value as number)).toThrow(
      error('invalid-data', 'reranker.json: "maxLength" is'),
    );
  });
});
