import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readQrels, readRun } from './judgments.js';
import {
  averagePrecision,
  compareIds,
  evaluateRun,
  mrrAt,
  ndcgAt,
  rankingMetrics,
  recallAt,
  trecOrder,
} from './metrics.js';
import type { MetricName } from './types.js';

interface TrecGolden {
  files: Record<'qrels.tsv' | 'qrels.trec' | 'run.tsv' | 'run.trec', string>;
  perQuery: Record<string, Record<MetricName, number>>;
  completeMean: Record<MetricName, number>;
  intersectionMean: Record<MetricName, number>;
}

// Written by training/fixtures/evaluation_goldens.py in this shape.
const golden = JSON.parse(
  await readFile(new URL('fixtures/trec.json', import.meta.url), 'utf8'),
) as TrecGolden;
const names = Object.keys(golden.completeMean) as MetricName[];

function expectClose(actual: object, expected: Record<string, number>): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(actual)) {
    expect(Math.abs(value - (expected[name] ?? NaN)), name).toBeLessThan(1e-9);
  }
}

describe('evaluateRun against trec_eval', () => {
  it.each([
    ['qrels.tsv', 'run.tsv'],
    ['qrels.trec', 'run.trec'],
  ] as const)('gives the same figures from %s and %s', async (qrelsFile, runFile) => {
    const qrels = await readQrels(golden.files[qrelsFile].split('\n'));
    const run = await readRun(golden.files[runFile].split('\n'));
    const { perQuery, mean } = evaluateRun(run, qrels, names);
    for (const [queryId, expected] of Object.entries(golden.perQuery)) {
      expectClose(perQuery.get(queryId) ?? {}, expected);
    }
    expect(perQuery.size).toBe(Object.keys(golden.perQuery).length);
    expectClose(mean, golden.completeMean);
    expectClose(evaluateRun(run, qrels, names, { complete: false }).mean, golden.intersectionMean);
  });

  it("gives the figures of pytrec_eval's README and tests", () => {
    const grades = new Map([
      ['d2', 1],
      ['d3', 1],
    ]);
    const run = [
      { id: 'd1', score: 1.5 },
      { id: 'd2', score: 0.2 },
      { id: 'd3', score: 0.5 },
    ];
    const ranking = trecOrder(run).map(({ id }) => id);
    expect(ranking).toEqual(['d1', 'd3', 'd2']);
    expect(ndcgAt(ranking, grades, 1000)).toBeCloseTo(0.6934264036172708, 12);
    expect(averagePrecision(ranking, grades)).toBeCloseTo(0.5833333333333333, 12);
    const one = new Map([
      ['d1', 0],
      ['d2', 1],
      ['d3', 0],
    ]);
    expect(ndcgAt(['d3', 'd1', 'd2'], one, 3)).toBe(0.5);
    expect(ndcgAt(['d3', 'd1', 'd2'], one, 2)).toBe(0);
    expect(ndcgAt(['d1', 'd2', 'd3'], one, 1000)).toBeCloseTo(0.6309297535714575, 12);
  });

  it('agrees with a sum done by hand', () => {
    // Ranks: b (unjudged), a (grade 3), c (grade 1); d (grade 2) was not retrieved; e was judged harmful (-1).
    const grades = new Map([
      ['a', 3],
      ['c', 1],
      ['d', 2],
      ['e', -1],
    ]);
    const ranking = ['b', 'a', 'c'];
    const ideal = 3 + 2 / Math.log2(3) + 1 / 2;
    expect(ndcgAt(ranking, grades, 10)).toBeCloseTo((3 / Math.log2(3) + 1 / 2) / ideal, 12);
    expect(ndcgAt(ranking, grades, 2)).toBeCloseTo(3 / Math.log2(3) / (3 + 2 / Math.log2(3)), 12);
    expect(mrrAt(ranking, grades, 10)).toBe(1 / 2);
    expect(mrrAt(ranking, grades, 1)).toBe(0);
    expect(averagePrecision(ranking, grades)).toBeCloseTo((1 / 2 + 2 / 3) / 3, 12);
    expect(recallAt(ranking, grades, 2)).toBeCloseTo(1 / 3, 12);
  });
});

describe('order', () => {
  it('breaks ties by id, descending, as bytes of UTF-8', () => {
    const tied = ['9', '10', 'z\uff5e', 'z\u{1f600}', 'z'].map((id) => ({ id, score: 1 }));
    expect(trecOrder(tied).map(({ id }) => id)).toEqual(['z\u{1f600}', 'z\uff5e', 'z', '9', '10']);
    const bytes = (id: string): Buffer => Buffer.from(id, 'utf8');
    for (const { id: a } of tied) {
      for (const { id: b } of tied) {
        expect(Math.sign(compareIds(a, b))).toBe(Buffer.compare(bytes(a), bytes(b)));
      }
    }
  });
});

describe('edges', () => {
  it('scores 0 without relevant documents or without a ranking', () => {
    const zero = { 'ndcg@10': 0, 'mrr@10': 0, map: 0, 'recall@10': 0 };
    const measures = ['ndcg@10', 'mrr@10', 'map', 'recall@10'] as const;
    expect(rankingMetrics(['a'], new Map([['a', 0]]), measures)).toEqual(zero);
    expect(rankingMetrics([], new Map([['a', 2]]), measures)).toEqual(zero);
    expect(evaluateRun(new Map(), new Map(), measures).mean).toEqual(zero);
  });

  it.each(['ndcg', 'recall', 'ndcg@0', 'ndcg@1.5', 'precision@5'])('refuses the measure %s', (name) => {
    expect(() => rankingMetrics([], new Map(), [name as MetricName])).toThrow(/expected 'map', or ndcg/);
  });
});
