import { existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import * as ort from 'onnxruntime-web';
import { describe, expect, it, vi } from 'vitest';
import type { Manifest } from '../model/manifest.js';
import type { Dtype, Pair } from '../types.js';
import { fixture, readParity } from '../testing/fixtures.js';
import { Engine } from './engine.js';
import { prepareRuntime } from './runtime.js';
import { PairTokenizer } from './tokenizer.js';

// Real models on two shared cores: minutes, where a quiet machine takes seconds.
vi.setConfig({ testTimeout: 300_000 });

const SHIPPED = ['minilm-l6-rerank-en', 'minilm-l3-rerank-en'];
const FOLDERS: Record<string, URL> = {
  ...Object.fromEntries(
    SHIPPED.map((model) => [model, new URL(`../../public/models/${model}/`, import.meta.url)]),
  ),
  'tiny-bert': fixture('tiny-bert/'),
  'tiny-roberta': fixture('tiny-roberta/'),
};

const read = (folder: URL | undefined, file: string) => readFileSync(new URL(file, folder), 'utf8');

const readManifest = (model: string) => JSON.parse(read(FOLDERS[model], 'reranker.json')) as Manifest;

async function openEngine(model: string, file: string, dtype: Dtype): Promise<Engine> {
  const folder = FOLDERS[model];
  const config = JSON.parse(read(folder, 'config.json')) as { pad_token_id?: number };
  await prepareRuntime(ort, { threads: 2, wasmUrl: undefined });
  const manifest = SHIPPED.includes(model) ? readManifest(model) : undefined;
  const { engine } = await Engine.open(ort, {
    device: 'wasm',
    dtype,
    threads: 2,
    weights: readFileSync(new URL(file, folder)),
    optimize: true,
    tokenizer: read(folder, 'tokenizer.json'),
    tokenizerConfig: read(folder, 'tokenizer_config.json'),
    config: read(folder, 'config.json'),
    maxLength: readParity(model).maxLength,
    maxLengthFrom: undefined,
    padId: config.pad_token_id ?? 0,
    batchTokens: 1024,
    stages: manifest?.stages, // as it is served
    keptBytes: 0,
    check: { pairs: [['a question', 'an answer']] },
  });
  return engine;
}

async function score(engine: Engine, pairs: Pair[]): Promise<number[]> {
  const logits = Array<number>(pairs.length).fill(Number.NaN);
  await engine.score({ pairs, overflow: 'truncate', windowOverlap: 0 }, (batch) =>
    batch.indices.forEach((index, place) => (logits[index] = batch.logits[place] ?? Number.NaN)),
  );
  return logits;
}

const largestError = (logits: number[], expected: number[]) =>
  Math.max(...expected.map((logit, index) => Math.abs(logit - (logits[index] ?? Number.NaN))));

describe.each(Object.keys(FOLDERS))('%s against sentence-transformers', (model) => {
  it('gives the same token ids for every pair', () => {
    const { maxLength, pairs, rows } = readParity(model);
    expect(pairs.length).toBeGreaterThanOrEqual(300);
    const tokenizer = new PairTokenizer(
      {
        tokenizer: read(FOLDERS[model], 'tokenizer.json'),
        tokenizerConfig: read(FOLDERS[model], 'tokenizer_config.json'),
        config: read(FOLDERS[model], 'config.json'),
      },
      maxLength,
    );
    const different = rows.flatMap((row, index) => {
      const [query, passage] = pairs[index] ?? ['', ''];
      const { ids, typeIds } = tokenizer.assemble(tokenizer.encode(query), tokenizer.encode(passage));
      const same =
        ids.length === row.length &&
        crc32(Buffer.from(Int32Array.from(ids).buffer)) === row.crc &&
        (row.firstOfPassage === null || typeIds.indexOf(1) === row.firstOfPassage);
      return same
        ? []
        : [
            {
              index,
              query: query.slice(0, 80),
              passage: passage.slice(0, 80),
              ids: ids.slice(0, 24),
              expected: row.ids,
            },
          ];
    });
    expect(different).toEqual([]);
  });
});

describe.each(['tiny-bert', 'tiny-roberta'])('%s in fp32', (model) => {
  it('gives the same logits within 1e-3', async () => {
    const { pairs, rows } = readParity(model);
    const logits = await score(await openEngine(model, 'onnx/model.onnx', 'fp32'), pairs);
    const expected = rows.map(({ logit }) => logit);
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1); // a flat model would prove nothing
    expect(largestError(logits, expected)).toBeLessThan(1e-3);
  });
});

// The fp32 export of the shipped model is 90 MB and stays where training/export leaves it; where it is, it is held to account.
const FP32 = new URL('../../training/build/export-l6/model_fp32.onnx', import.meta.url);
describe.runIf(existsSync(FP32))('minilm-l6-rerank-en in fp32', () => {
  it('gives the same logits within 1e-3', async () => {
    const { pairs, rows } = readParity('minilm-l6-rerank-en');
    const logits = await score(await openEngine('minilm-l6-rerank-en', FP32.href, 'fp32'), pairs);
    const error = largestError(
      logits,
      rows.map(({ logit }) => logit),
    );
    console.info(`fp32: largest error ${error.toExponential(1)} over ${pairs.length} pairs`);
    expect(error).toBeLessThan(1e-3);
  });
});

/** Greatest error against fp32 over all kinds of odd text (the manifest's own tolerance is for its check pairs). */
const TOLERANCE: Record<string, Partial<Record<Dtype, number>>> = {
  'minilm-l6-rerank-en': { q8: 0.5, w8: 0.2 },
  'minilm-l3-rerank-en': { q8: 1.5, w8: 1.5 }, // embeddings of 4 bits
};

describe.each(SHIPPED)('the shipped weights of %s', (model) => {
  const weights = Object.entries(readManifest(model).files).flatMap(([file, { dtype }]) =>
    dtype ? [{ file, dtype }] : [],
  );
  // Pairs over the length limit take a minute on one core, and the tiny models have scored them.
  const { pairs, rows } = readParity(model);
  const short = rows.flatMap(({ length }, index) => (length < 128 ? [index] : []));
  const shortPairs = short.map((index): Pair => pairs[index] ?? ['', '']);

  it.each(weights)(
    '$dtype stays within the tolerance that the model card states',
    async ({ file, dtype }) => {
      const engine = await openEngine(model, file, dtype);
      const logits = await score(engine, shortPairs);
      const expected = short.map((index) => rows[index]?.logit ?? Number.NaN);
      expect(short.length).toBeGreaterThan(200);
      const error = largestError(logits, expected);
      console.info(`${dtype}: largest error ${error.toFixed(4)} over ${short.length} pairs`);
      expect(error).toBeLessThan(TOLERANCE[model]?.[dtype] ?? 0);
    },
  );

  it.runIf(model === SHIPPED[0]).each(weights)(
    '$dtype keeps the order of the Berlin list',
    async ({ file, dtype }) => {
      const berlin = JSON.parse(readFileSync(fixture('berlin.json'), 'utf8')) as {
        query: string;
        passages: string[];
        logits: { fp32: number[] };
      };
      const engine = await openEngine(model, file, dtype);
      const logits = await score(
        engine,
        berlin.passages.map((passage) => [berlin.query, passage]),
      );
      const order = (values: number[]) =>
        [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
      expect(order(logits)).toEqual(order(berlin.logits.fp32));
    },
  );

  it.each(weights)('$dtype scores a pair the same alone and in a padded batch', async ({ file, dtype }) => {
    const engine = await openEngine(model, file, dtype);
    const some = shortPairs.slice(0, 60);
    const together = await score(engine, some);
    const alone: number[] = [];
    for (const pair of some) alone.push((await score(engine, [pair]))[0] ?? Number.NaN);
    // q8: the last bit of a sum in fp32 may turn an activation by one step of its 8 bits.
    expect(largestError(together, alone)).toBeLessThan(dtype === 'q8' ? 0.1 : 1e-4);
  });
});
