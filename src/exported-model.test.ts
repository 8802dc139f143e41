import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { thisThread } from './testing/this-thread.js';
import type { Manifest } from './model/manifest.js';
import { createRerankerIn } from './pooled-reranker.js';
import { fixture } from './testing/fixtures.js';
import { largestError } from './testing/staged.js';
import type { Dtype, Pair } from './types.js';

const read = (file: string): unknown => JSON.parse(readFileSync(fixture(`tiny-pipeline/${file}`), 'utf8'));

// Both written by training/fixtures/tiny_pipeline.py.
const goldens = read('goldens.json') as { pairs: Pair[]; logits: number[] };
const manifest = read('reranker.json') as Manifest;

const open = (dtype: Dtype) =>
  createRerankerIn(thisThread(), { model: fixture('tiny-pipeline/').href, dtype, threads: 1 });

// Beyond what native ONNX Runtime differs from PyTorch by, on the compared pairs (see the folder's README.md).
const LARGEST: Partial<Record<Dtype, number>> = { q8: 0.5, w8: 0.05 };

describe('a model whose head lies outside its transformer, exported by training.export', () => {
  it.each(['q8', 'w8'] as const)('scores as sentence-transformers does, in %s', async (dtype) => {
    const reranker = await open(dtype);
    const logits = Array.from(await reranker.predict(goldens.pairs));
    await reranker.dispose();
    expect(reranker.info.dtype).toBe(dtype);
    expect(new Set(logits).size).toBeGreaterThan(goldens.pairs.length / 2);
    expect(largestError(logits, goldens.logits)).toBeLessThan(LARGEST[dtype] ?? 0);
  });

  it("ranks with the reference's activation", async () => {
    const reranker = await open('w8');
    const [query] = goldens.pairs[0] ?? [''];
    const passages = goldens.pairs.map(([, passage]) => passage);
    const pairs = passages.map((passage): Pair => [query, passage]);
    const logits = Array.from(await reranker.predict(pairs));
    const ranking = await reranker.rank(query, passages);
    await reranker.dispose();
    expect(manifest.activation).toBe('sigmoid');
    const expected = logits.map((logit) => 1 / (1 + Math.exp(-logit))).sort((a, b) => b - a);
    ranking.forEach(({ score }, place) => expect(score).toBeCloseTo(expected[place] ?? Number.NaN, 4));
  });

  it('gives every pair the same score whatever shares its batch', async () => {
    const reranker = await open('q8');
    const together = Array.from(await reranker.predict(goldens.pairs));
    const alone: number[] = [];
    for (const pair of goldens.pairs.slice(0, 10)) alone.push(...(await reranker.predict([pair])));
    await reranker.dispose();
    expect(largestError(alone, together.slice(0, 10))).toBeLessThan(0.1);
  });
});
