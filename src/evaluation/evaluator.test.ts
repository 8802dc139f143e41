import { describe, expect, it } from 'vitest';
import { compareQueries } from './comparison.js';
import { RerankingEvaluator, summarise, type QueryResult } from './evaluator.js';
import type { PairScorer, RerankingData } from './types.js';

const data: RerankingData = {
  queries: new Map([
    ['1', 'one'],
    ['2', 'two'],
    ['4', 'four'],
  ]),
  corpus: new Map(
    ['a', 'b', 'c', 'd'].map((id) => [id, { title: id === 'a' ? 'A' : '', text: `text ${id}` }]),
  ),
  qrels: new Map([
    ['1', new Map([['b', 1]])],
    [
      '2',
      new Map([
        ['a', 2],
        ['d', 1],
      ]),
    ],
    ['3', new Map([['a', 1]])], // not in the run: counts as 0
  ]),
  run: new Map([
    [
      '1',
      [
        { id: 'a', score: 3 },
        { id: 'b', score: 2 },
      ],
    ],
    [
      '2',
      [
        { id: 'c', score: 1 },
        { id: 'a', score: 3 },
        { id: 'b', score: 1 },
      ],
    ],
    ['4', [{ id: 'a', score: 1 }]], // not judged: left out
  ]),
};

/** Later letters score higher; records what it was asked. */
function letterScorer(): PairScorer & { asked: (readonly [string, string])[] } {
  const asked: (readonly [string, string])[] = [];
  return {
    asked,
    predict: (pairs) => {
      asked.push(...pairs);
      return Promise.resolve(
        Float32Array.from(pairs, ([, passage]) => passage.charCodeAt(passage.length - 1)),
      );
    },
  };
}

describe('RerankingEvaluator', () => {
  it('measures before and after', async () => {
    const scorer = letterScorer();
    const report = await new RerankingEvaluator(data).run(scorer);
    expect(scorer.asked).toEqual([
      ['one', 'A text a'],
      ['one', 'text b'],
      ['two', 'A text a'],
      ['two', 'text c'], // a tie with b: the higher id is first
      ['two', 'text b'],
    ]);
    expect(report).toMatchObject({ queries: 3, pairs: 5 });
    expect(report.results[0]).toMatchObject({
      queryId: '1',
      baseline: { 'mrr@10': 0.5, map: 0.5, 'recall@10': 1 },
      reranked: { 'mrr@10': 1, map: 1 },
      ranking: [
        { id: 'b', score: 98 },
        { id: 'a', score: 97 },
      ],
    });
    const [, second] = report.results;
    expect(second?.baseline['ndcg@10']).toBeCloseTo(2 / (2 + 1 / Math.log2(3)), 12);
    expect(second?.reranked).toMatchObject({ 'mrr@10': 1 / 3, map: 1 / 6, 'recall@10': 0.5 });
    expect(report.results[2]).toMatchObject({ queryId: '3', pairs: 0, reranked: { map: 0 } });
    expect(report.baseline['mrr@10']).toBeCloseTo((0.5 + 1 + 0) / 3, 12);
    expect(report.reranked['mrr@10']).toBeCloseTo((1 + 1 / 3 + 0) / 3, 12);
    expect(report.pairsPerSecond).toBeGreaterThan(0);
  });

  it('can average over the queries of the run only, cut the candidates, and choose measures and text', async () => {
    const evaluator = new RerankingEvaluator(data, {
      complete: false,
      topK: 1,
      metrics: ['recall@1', 'ndcg@3'],
      text: ({ text }) => text,
    });
    const scorer = letterScorer();
    const report = await evaluator.run(scorer);
    expect(evaluator.queryIds).toEqual(['1', '2']);
    expect(evaluator.pairs).toBe(2);
    expect(scorer.asked).toEqual([
      ['one', 'text a'],
      ['two', 'text a'],
    ]);
    expect(Object.keys(report.reranked)).toEqual(['recall@1', 'ndcg@3']);
    expect(report.baseline).toEqual(report.reranked);
  });

  it('takes documents of any shape with a text for each', async () => {
    const hits = { ...data, corpus: new Map([...data.corpus].map(([id, { text }]) => [id, { body: text }])) };
    const scorer = letterScorer();
    const report = await new RerankingEvaluator(hits, { text: ({ body }) => body }).run(scorer);
    const plain = { ...data, corpus: new Map([...data.corpus].map(([id, { text }]) => [id, text])) };
    const asStrings = await new RerankingEvaluator(plain).run(letterScorer());
    expect(report.reranked).toEqual(asStrings.reranked);
    expect(scorer.asked).toContainEqual(['one', 'text a']);
    await expect(new RerankingEvaluator(hits).run(scorer)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/Document 'a' has no text; its keys are: body\./) as string,
    });
  });

  it('adds missed positives on request, behind the candidates', async () => {
    const queries = new Map([...data.queries, ['3', 'three'] as const]);
    const options = { alwaysRerankPositives: true, metrics: ['mrr@10', 'recall@10'] as const };
    const { results } = await new RerankingEvaluator({ ...data, queries }, options).run(letterScorer());
    expect(results[1]?.ranking.map(({ id }) => id)).toEqual(['d', 'c', 'b', 'a']);
    expect(results[1]).toMatchObject({
      baseline: { 'mrr@10': 1, 'recall@10': 1 },
      reranked: { 'mrr@10': 1 },
    });
    // Query 3 has no candidates: only its positive is ranked, and a baseline without a hit stays 0.
    expect(results[2]).toMatchObject({ pairs: 1, baseline: { 'mrr@10': 0 }, reranked: { 'mrr@10': 1 } });
  });

  it('goes on where it stopped, and stops on abort', async () => {
    const evaluator = new RerankingEvaluator(data);
    const controller = new AbortController();
    const finished: QueryResult[] = [];
    const stopped = evaluator.run(letterScorer(), {
      signal: controller.signal,
      onProgress: (progress, result) => {
        finished.push(result);
        expect(progress).toEqual({ done: 1, total: 3, pairsDone: 2, pairsTotal: 5 });
        controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const stored = JSON.parse(JSON.stringify(finished)) as QueryResult[]; // plain data: it survives
    const scorer = letterScorer();
    const report = await evaluator.run(scorer, { finished: stored });
    expect(scorer.asked.map(([query]) => query)).toEqual(['two', 'two', 'two']);
    expect(report.reranked).toEqual((await evaluator.run(letterScorer())).reranked);
    const other = new RerankingEvaluator(data, { k: 5 });
    await expect(other.run(scorer, { finished: stored })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('refuses unusable scores', async () => {
    const answering = (scores: number[]) => ({ predict: () => Promise.resolve(Float32Array.from(scores)) });
    const run = (scores: number[]) => new RerankingEvaluator(data).run(answering(scores));
    await expect(run([1])).rejects.toThrow(/1 scores for 2 pairs/);
    await expect(run([1, NaN])).rejects.toMatchObject({ code: 'run-failed' });
  });

  it('refuses data that does not fit, and options out of range', () => {
    const make = (change: Partial<RerankingData>) => () => new RerankingEvaluator({ ...data, ...change });
    expect(make({ run: new Map([['x', []]]) })).toThrow(/None of the 3 judged queries/);
    expect(make({ qrels: new Map() })).toThrow(/None of the 0 judged queries/);
    expect(make({ corpus: new Map() })).toThrow(/Document 'a', for query '1', is not in the corpus/);
    expect(make({ queries: new Map() })).toThrow(/Query '1' is judged and has candidates, but no text/);
    expect(() => new RerankingEvaluator(data, { topK: 0 })).toThrow(/topK is 0/);
    expect(() => new RerankingEvaluator(data, { k: 1.5 })).toThrow(/k is 1\.5/);
  });
});

describe('what is not there', () => {
  const without = (change: Partial<RerankingData>) => new RerankingEvaluator({ ...data, ...change }).warnings;

  it('is named with its count, and handed on in the report', async () => {
    const evaluator = new RerankingEvaluator(data);
    expect(evaluator.warnings).toEqual([
      {
        code: 'query-without-text',
        count: 1,
        ids: ['3'],
        message: '1 of 3 judged queries is not among the queries and counts as 0: 3.',
      },
    ]);
    expect((await evaluator.run(letterScorer())).warnings).toBe(evaluator.warnings);
    const queries = new Map([...data.queries, ['3', 'three'] as const]);
    expect(without({ queries }).map(({ message }) => message)).toEqual([
      '1 of 3 judged queries is not in the run and counts as 0: 3.',
    ]);
    const ids = Array.from({ length: 150 }, (_, i) => `lost${i}`);
    const qrels = new Map([
      ['1', new Map([['b', 1], ...ids.map((id, i) => [id, i % 2] as [string, number])])],
    ]);
    const [warning] = without({ qrels });
    expect(warning).toMatchObject({ code: 'document-missing', count: 150 });
    expect(warning?.ids).toEqual(ids.slice(0, 100));
    expect(warning?.message).toBe(
      '150 of 151 judged documents are not in the collection (75 of them relevant, which no ranking can find): ' +
        'lost0, lost1, lost2, lost3, lost4 and 145 more.',
    );
    const whole = { queries, run: new Map([...data.run, ['3', [{ id: 'a', score: 1 }]] as const]) };
    expect(without(whole)).toEqual([]);
  });

  it.each([
    ['D1', 'd1'],
    ['7', ' 7'],
    ['007', '7'],
    ['doc-7', 'doc-007'],
    ['7.0', '7'],
  ])('is explained where %j is judged and %j is there', (judged, there) => {
    const warnings = without({
      queries: new Map([['1', 'one']]),
      corpus: new Map([...data.corpus, [there, { title: '', text: '' }]]),
      qrels: new Map([['1', new Map([[judged, 1]])]]),
    });
    expect(warnings[0]?.message).toMatch(/^All 1 judged document is not in the collection/);
    expect(warnings[0]?.message).toContain(
      `There is ${JSON.stringify(there)} for ${JSON.stringify(judged)}: ids must be equal to the letter.`,
    );
    const queries = new Map([[there, 'one']]);
    const qrels = new Map([[judged, new Map([['a', 1]])]]);
    expect(() => without({ queries, qrels })).toThrow(`There is ${JSON.stringify(there)}`);
  });
});

describe("a query's own document", () => {
  const own = (document: { title: string; text: string }, topK = 2) => {
    const evaluator = new RerankingEvaluator(
      {
        queries: new Map([['a', 'Cats are better  pets']]),
        corpus: new Map([
          ['a', document],
          ['b', { title: '', text: 'Dogs' }],
          ['c', { title: '', text: 'Trains' }],
        ]),
        qrels: new Map([['a', new Map([['b', 1]])]]),
        run: new Map([['a', ['a', 'b', 'c'].map((id, i) => ({ id, score: -i }))]]),
      },
      { topK, metrics: ['mrr@10'] },
    );
    return evaluator.run(letterScorer());
  };

  it('is no candidate, and another takes its place', async () => {
    for (const document of [
      { title: '', text: 'Cats are better pets' },
      { title: 'Cats', text: 'are better pets' },
      { title: 'cats are better pets', text: 'All about cats.' },
    ]) {
      const { results, baseline } = await own(document);
      expect(results[0]?.ranking.map(({ id }) => id).sort()).toEqual(['b', 'c']);
      expect(baseline).toEqual({ 'mrr@10': 1 });
    }
  });

  it('has the same text: an id that queries and documents share by chance counts for nothing', async () => {
    const { results, baseline } = await own({ title: '', text: 'Volcanoes' });
    expect(results[0]?.ranking.map(({ id }) => id).sort()).toEqual(['a', 'b']);
    expect(baseline).toEqual({ 'mrr@10': 0.5 });
  });
});

describe('compareQueries', () => {
  it('orders queries from the biggest win to the biggest loss', async () => {
    const { results } = await new RerankingEvaluator(data).run(letterScorer());
    const comparison = compareQueries(results, 'mrr@10');
    expect(comparison).toMatchObject({
      wins: 1,
      losses: 1,
      ties: 1,
      significance: { pValue: 1, exact: true },
    });
    expect(comparison.changes.map(({ queryId }) => queryId)).toEqual(['1', '3', '2']);
    expect(summarise([], ['map'])).toMatchObject({ queries: 0, pairsPerSecond: 0, baseline: { map: 0 } });
  });
});
