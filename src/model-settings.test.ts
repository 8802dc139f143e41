import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { thisThread } from './testing/this-thread.js';
import { createRerankerIn } from './pooled-reranker.js';
import { fixture } from './testing/fixtures.js';
import type { Pair, PredictOptions, Reranker, RerankerOptions } from './types.js';

vi.setConfig({ testTimeout: 60_000 });

/** What the reference gives. */
interface Golden {
  logits: number[];
  ranking: [index: number, score: number][];
}

/** A case of training/fixtures/model_settings.py: small files other than tiny-bert's, and what the reference gives then. */
interface Case extends Golden {
  files: Record<string, object>;
  maxLength: number;
  calls?: (Golden & { options: PredictOptions })[];
}

// Written by our own script; its shape is that of this file's types.
const { pairs, query, documents, cases } = JSON.parse(
  readFileSync(fixture('model_settings.json'), 'utf8'),
) as { pairs: Pair[]; query: string; documents: string[]; cases: Record<string, Case> };

const FOLDER = fixture('tiny-bert/').href;

/** Opens tiny-bert with other small files. @returns the reranker, and the names of all files that were asked for */
async function openWith(files: Record<string, object | undefined>, options: RerankerOptions = {}) {
  const environment = thisThread();
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    const { url } = new Request(input);
    const name = url.slice(FOLDER.length);
    asked.push(name);
    if (!(name in files)) return environment.fetch(url, init);
    return Promise.resolve(
      files[name] ? new Response(JSON.stringify(files[name])) : new Response(null, { status: 404 }),
    );
  };
  const reranker = await createRerankerIn(
    { ...environment, fetch },
    { model: FOLDER, dtype: 'fp32', threads: 1, ...options },
  );
  return { reranker, asked };
}

const tinyConfig = JSON.parse(readFileSync(fixture('tiny-bert/config.json'), 'utf8')) as object;

async function expectGolden(reranker: Reranker, { logits, ranking }: Golden, options: PredictOptions = {}) {
  const scores = await reranker.predict(pairs, options);
  expect(scores).toHaveLength(logits.length);
  logits.forEach((logit, index) => expect(scores[index]).toBeCloseTo(logit, 3));
  const ours = await reranker.rank(query, documents, options);
  expect(ours.map(({ index }) => index)).toEqual(ranking.map(([index]) => index));
  ranking.forEach(([, score], place) => expect(ours[place]?.score).toBeCloseTo(score, 3));
}

describe("a model's own settings against sentence-transformers", () => {
  it.each(Object.entries(cases))('%s: the same logits, the same ranking', async (_, golden) => {
    const { reranker } = await openWith(golden.files);
    expect(reranker.info.maxLength).toBe(golden.maxLength);
    expect(reranker.info.modelMaxLength).toBe(128);
    await expectGolden(reranker, golden);
    await reranker.dispose();
  });

  it('differ from each other where the settings matter', () => {
    const different = (name: string) =>
      JSON.stringify(cases[name]?.ranking) !== JSON.stringify(cases.base?.ranking);
    for (const name of ['default_activation', 'named_tanh', 'saved48', 'saved_length', 'prompted'])
      expect(different(name)).toBe(true);
  });
});

describe('prompts of a call', () => {
  let reranker: Reranker;
  beforeAll(async () => ({ reranker } = await openWith(cases.prompted?.files ?? {})));
  afterAll(() => reranker.dispose());

  it.each(cases.prompted?.calls ?? [])(
    '$options as the reference takes them',
    async ({ options, ...golden }) => {
      await expectGolden(reranker, golden, options);
    },
  );

  it('are refused by name where the model has none of it', async () => {
    await expect(reranker.predict(pairs, { promptName: 'passage' })).rejects.toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: expect.stringContaining(
          'promptName is "passage", but this model has only these prompts: find, none, q',
        ) as unknown,
      }) as Error,
    );
    await expect(reranker.rank(query, documents, { prompt: 3 as unknown as string })).rejects.toThrow(
      'prompt is 3; expected a text',
    );
  });
});

describe('prompts of the caller', () => {
  it('replace those of the model, name by name, and its default', async () => {
    const { reranker } = await openWith(cases.prompted?.files ?? {}, {
      prompts: { q: 'passage to find: ', mine: '' },
      defaultPromptName: 'mine',
    });
    await expectGolden(reranker, cases.base!);
    const call = cases.prompted?.calls?.find(({ options }) => options.prompt === 'passage to find: ');
    await expectGolden(reranker, call!, { promptName: 'q' });
    await reranker.dispose();
  });

  it.each<[RerankerOptions, string]>([
    [{ defaultPromptName: 'q' }, 'defaultPromptName is "q", but this model has no prompts'],
    [{ prompts: { q: 3 as unknown as string } }, 'prompts is an object; expected an object of texts by name'],
    [
      { prompts: ['query: '] as unknown as Record<string, string> },
      'prompts is an array; expected an object of texts by name',
    ],
  ])('are checked (%#)', async (options, message) => {
    await expect(openWith({}, options)).rejects.toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        message: expect.stringContaining(message) as unknown,
      }) as Error,
    );
  });
});

describe('lengths', () => {
  const tokenizerConfig = JSON.parse(
    readFileSync(fixture('tiny-bert/tokenizer_config.json'), 'utf8'),
  ) as object;
  const refused = (code: string, message: string) =>
    expect.objectContaining({ code, message: expect.stringContaining(message) as unknown }) as Error;

  it.each([0, -1, Number.NaN, Infinity, 3, 4, 4.5, 20.5, 129, '64', [64]])(
    'of %j are refused: nothing is scored',
    async (maxLength) => {
      await expect(openWith({}, { maxLength: maxLength as number })).rejects.toThrow(
        refused('invalid-input', 'maxLength is'),
      );
    },
  );

  it('go down to one token of each text', async () => {
    const { reranker } = await openWith({}, { maxLength: 5 });
    expect(reranker.info.maxLength).toBe(5);
    expect((await reranker.predict(pairs)).every(Number.isFinite)).toBe(true);
    await reranker.dispose();
  });

  it.each([
    [
      'tokenizer_config.json',
      { ...tokenizerConfig, model_max_length: 3 },
      'tokenizer_config.json: "model_max_length" is 3',
    ],
    [
      'tokenizer_config.json',
      { ...tokenizerConfig, model_max_length: 'x' },
      'tokenizer_config.json: "model_max_length" is "x"',
    ],
    [
      'config.json',
      { ...tinyConfig, max_position_embeddings: 0 },
      'config.json: "max_position_embeddings" is 0',
    ],
    [
      'config.json',
      { ...tinyConfig, max_position_embeddings: 4 },
      'config.json: "max_position_embeddings" is 4',
    ],
  ])('of %s are refused with the field', async (file, content, message) => {
    await expect(openWith({ [file]: content })).rejects.toThrow(refused('invalid-data', message));
  });

  it('go up to what the model has positions for, and info tells both', async () => {
    const files = { 'config.json': { ...tinyConfig, max_position_embeddings: 8192 } };
    const { reranker } = await openWith(files, { maxLength: 100 }); // the graph itself has 128 positions
    expect(reranker.info).toMatchObject({ maxLength: 100, modelMaxLength: 8192 });
    await reranker.dispose();
    await expect(openWith(files, { maxLength: 8193 })).rejects.toThrow(
      refused('invalid-input', 'maxLength is 8193, but this model reads at most 8192 tokens'),
    );
  });
});

describe('an activation that is not known here', () => {
  const files = {
    'config.json': {
      ...tinyConfig,
      sentence_transformers: { activation_fn: 'torch.nn.modules.activation.ReLU' },
    },
  };

  it('is refused by name when a ranking needs it, and only then', async () => {
    const { reranker } = await openWith(files);
    await expect(reranker.rank(query, documents)).rejects.toThrow(
      expect.objectContaining({
        code: 'unsupported-model',
        message: expect.stringContaining('torch.nn.modules.activation.ReLU') as unknown,
      }) as Error,
    );
    const scores = await reranker.predict(pairs);
    cases.base?.logits.forEach((logit, index) => expect(scores[index]).toBeCloseTo(logit, 3));
    const [first] = await reranker.rank(query, documents, { activation: 'identity' });
    expect(first?.score).toBeCloseTo(cases.base?.ranking[0]?.[1] ?? Number.NaN, 3);
    await reranker.dispose();
  });
});

describe('files that a folder need not have', () => {
  it('are asked for beside the others, the second only where the first is there', async () => {
    const plain = await openWith({});
    expect(plain.asked).toContain('config_sentence_transformers.json');
    expect(plain.asked).not.toContain('sentence_bert_config.json');
    await plain.reranker.dispose();
    const saved = await openWith(cases.saved48?.files ?? {});
    expect(saved.asked).toContain('sentence_bert_config.json');
    await saved.reranker.dispose();
  });
});
