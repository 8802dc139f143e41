import { describe, expect, it, vi } from 'vitest';
import {
  largestError,
  openStaged,
  readStagedGoldens,
  readStagedManifest,
  scoreWith,
} from '../testing/staged.js';
import type { Dtype, Pair } from '../types.js';

vi.setConfig({ testTimeout: 120_000 });

const { pairs, ...goldens } = readStagedGoldens();
const MEGABYTE = 2 ** 20;

describe('a model in stages', () => {
  it('gives the logits and the early logits of PyTorch, in batches', async () => {
    const engine = await openStaged('fp32');
    expect(Math.max(...goldens.logits) - Math.min(...goldens.logits)).toBeGreaterThan(3); // a flat model would prove nothing
    expect(largestError((await scoreWith(engine, pairs)).logits, goldens.logits)).toBeLessThan(1e-4);
    expect(largestError((await scoreWith(engine, pairs, { cut: 0 })).logits, goldens.score_1)).toBeLessThan(
      1e-4,
    );
    expect(largestError((await scoreWith(engine, pairs, { cut: 1 })).logits, goldens.score_2)).toBeLessThan(
      1e-4,
    );
  });

  it.each(['fp32', 'q8', 'w8'] as Dtype[])(
    'in %s scores as the whole graph, together and alone',
    async (dtype) => {
      const whole = (await scoreWith(await openStaged(dtype, { stages: undefined }), pairs)).logits;
      const engine = await openStaged(dtype);
      expect(largestError((await scoreWith(engine, pairs)).logits, whole)).toBeLessThan(1e-4);
      const alone: number[] = [];
      for (const pair of pairs) alone.push(...(await scoreWith(engine, [pair])).logits);
      expect(largestError(alone, whole)).toBeLessThan(1e-4);
    },
  );

  it('scores windows of long passages as the whole graph does', async () => {
    const long = pairs
      .slice(0, 2)
      .map(([query]): Pair => [query, pairs.map(([, passage]) => passage).join(' ')]);
    const windows = { overflow: 'window', windowOverlap: 0.25 } as const;
    const whole = await scoreWith(await openStaged('fp32', { stages: undefined }), long, windows);
    const staged = await scoreWith(await openStaged('fp32', { keptBytes: MEGABYTE }), long, windows);
    expect(staged.cost.rows).toBeGreaterThan(10);
    expect(staged.cost.rows).toBe(whole.cost.rows);
    expect(largestError(staged.logits, whole.logits)).toBeLessThan(1e-4);
  });

  it('refuses a manifest whose tensors the graph does not have', async () => {
    const stages = structuredClone(readStagedManifest().stages!);
    stages.cuts[1]!.score = 'score_7';
    await expect(openStaged('fp32', { stages })).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringContaining('there is no tensor score_7'),
    });
  });
});

describe('kept passages', () => {
  // Plain sentences of many lengths: no two have the same tokens.
  const passages = [...new Set(pairs.map(([, passage]) => passage))].slice(0, 17);
  const ask = (query: string) => passages.map((passage): Pair => [query, passage]);

  it('give another query the scores that fresh ones give, and are counted', async () => {
    const [first, second] = [ask('bright river market'), ask('number of the winter harvest in the village')];
    const engine = await openStaged('fp32', { keptBytes: 8 * MEGABYTE });
    expect((await scoreWith(engine, first)).cost.kept).toBe(0);
    const kept = await scoreWith(engine, second);
    const fresh = await scoreWith(await openStaged('fp32'), second);
    expect(largestError(kept.logits, fresh.logits)).toBeLessThan(1e-4);
    // A longer query leaves passages over the limit less room: cut elsewhere, they are other passages.
    expect(kept.cost.kept).toBeGreaterThan(passages.length - 8);
    expect(kept.cost.kept).toBeLessThan(passages.length);
    expect(fresh.cost).toMatchObject({ kept: 0, rows: passages.length });
  });

  it('are taken up again at any cut, and go on to the next', async () => {
    const engine = await openStaged('fp32', { keptBytes: 8 * MEGABYTE });
    await scoreWith(engine, pairs, { cut: 0 });
    const second = await scoreWith(engine, pairs, { cut: 1 });
    const full = await scoreWith(engine, pairs);
    const first = await scoreWith(engine, pairs, { cut: 0 });
    for (const { cost } of [second, full, first]) expect(cost.kept).toBe(pairs.length);
    expect(largestError(second.logits, goldens.score_2)).toBeLessThan(1e-4);
    expect(largestError(full.logits, goldens.logits)).toBeLessThan(1e-4);
    expect(largestError(first.logits, goldens.score_1)).toBeLessThan(1e-4);
  });

  it('are never those of a passage that another query has cut elsewhere', async () => {
    const long = passages.reduce((longest, passage) => (passage.length > longest.length ? passage : longest));
    const queries = ['bright', 'bright river', 'bright river market '.repeat(12)];
    const engine = await openStaged('fp32', { keptBytes: 8 * MEGABYTE });
    const whole = await openStaged('fp32', { stages: undefined });
    for (const query of queries) {
      const kept = await scoreWith(engine, [[query, long]]);
      expect(largestError(kept.logits, (await scoreWith(whole, [[query, long]])).logits)).toBeLessThan(1e-4);
      expect(kept.cost.kept).toBe(0);
    }
    expect((await scoreWith(engine, [['BRIGHT', long]])).cost.kept).toBe(1);
  });

  it('are let go, least recently used first, when memory is short, and are computed again', async () => {
    const engine = await openStaged('fp32', { keptBytes: 40_000 }); // a few passages of 20 to 60 tokens × 32 floats
    const query = ask('bright river market');
    await scoreWith(engine, query);
    const again = await scoreWith(engine, query);
    expect(again.cost.kept).toBeLessThan(passages.length / 2);
    expect(
      largestError(again.logits, (await scoreWith(await openStaged('fp32'), query)).logits),
    ).toBeLessThan(1e-4);
    const recent = query.slice(0, 2);
    await scoreWith(engine, recent);
    expect((await scoreWith(engine, recent)).cost.kept).toBe(2);
  });
});
