import { describe, expect, it } from 'vitest';
import { bm25Run } from './bm25-run.js';
import type { QueryResult } from './evaluator.js';
import { extremes, reportData, reportMarkdown, signed, verdict } from './report.js';

const result = (queryId: string, before: number, after: number): QueryResult => ({
  queryId,
  pairs: 10,
  milliseconds: 500,
  baseline: { 'ndcg@10': before },
  reranked: { 'ndcg@10': after },
  ranking: [],
});

const RESULTS = [
  result('a', 0.5, 1),
  result('b', 0.75, 0.25),
  result('c', 0.5, 0.5),
  result('d', 0.25, 0.5),
  result('e', 0.5, 0.25),
];
const data = reportData(RESULTS, ['ndcg@10'], new Map([['a', 'pipes | and\n<tags>']]), { model: 'tiny' });

describe('report', () => {
  it('sums up, compares by the first measure and orders queries by their change', () => {
    expect(data).toMatchObject({ queries: 5, pairs: 50, pairsPerSecond: 20, wins: 2, losses: 2, ties: 1 });
    expect(data.baseline).toEqual({ 'ndcg@10': 0.5 });
    expect(data.perQuery.map(({ queryId }) => queryId)).toEqual(['a', 'd', 'c', 'e', 'b']);
    const { wins, losses } = extremes(data, 1);
    expect([wins, losses].map((rows) => rows.map(({ queryId }) => queryId))).toEqual([['a'], ['b']]);
    expect(JSON.parse(JSON.stringify(data))).toEqual(data);
  });

  it('leaves queries without a change out of the extremes', () => {
    expect(extremes({ perQuery: data.perQuery.slice(2, 3) })).toEqual({ wins: [], losses: [] });
  });

  it('says what the p-value says', () => {
    const say = (pValue: number, meanDifference: number, queries = 100) =>
      verdict({ queries, significance: { pValue, meanDifference, exact: true, permutations: 8 } });
    expect(say(0.00001, 0.1)).toBe('p < 0.0001: a difference this large is unlikely to be chance.');
    expect(say(0.2, 0.1)).toBe('p = 0.2000: this may be chance.');
    expect(say(0.2, 0.1, 20)).toMatch(/Judge more queries/);
    expect(say(1, 0)).toBe('p = 1.0000: no difference.');
    expect([signed(0.12), signed(-0.12)]).toEqual(['+0.1200', '−0.1200']);
  });

  it('writes Markdown that no query can break', () => {
    const markdown = reportMarkdown(data);
    expect(markdown).toContain('| ndcg@10 | 0.5000 | 0.5000 | +0.0000 |');
    expect(markdown).toContain('pipes \\| and \\<tags>');
    expect(markdown).toContain('- model: tiny\n');
  });
});

describe('BM25 run', () => {
  const corpus = new Map([
    ['1', { title: 'Kettles', text: 'how to descale a kettle' }],
    ['2', { title: '', text: 'a kettle in red' }],
    ['3', { title: '', text: 'opening hours' }],
  ]);

  it('finds the documents that share words, best first, at most topK', async () => {
    const queries = new Map([
      ['q', 'Descale kettle'],
      ['none', 'xyzzy'],
    ]);
    const run = await bm25Run(queries, corpus);
    expect(run.get('q')?.map(({ id }) => id)).toEqual(['1', '2']);
    expect(run.get('none')).toEqual([]);
    expect((await bm25Run(queries, corpus, { topK: 1 })).get('q')).toHaveLength(1);
  });

  it('stops when it is aborted', async () => {
    const many = new Map(Array.from({ length: 20 }, (_, i) => [`q${i}`, 'kettle']));
    await expect(bm25Run(many, corpus, { signal: AbortSignal.abort() })).rejects.toThrow('abort');
  });
});
