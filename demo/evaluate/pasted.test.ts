import { describe, expect, it } from 'vitest';
import { RerankingEvaluator } from '../../src/evaluation/index.js';
import { EXAMPLE, parseJudgments } from './pasted.js';

describe('pasted judgments', () => {
  it('keep the order of the results, and take places or grades', async () => {
    const data = parseJudgments(EXAMPLE);
    expect([...data.queries.values()]).toEqual([
      'reset my password',
      'delivery on Saturday',
      'return shoes without the box',
    ]);
    const evaluator = new RerankingEvaluator(data);
    const backwards = await evaluator.run({ predict: async (pairs) => Float32Array.from(pairs.keys()) });
    expect(backwards.results.map(({ baseline }) => baseline['mrr@10'])).toEqual([1 / 3, 1 / 3, 1]);
    expect(backwards.results.map(({ reranked }) => reranked['mrr@10'])).toEqual([1, 1, 1]);
    expect(backwards.results[2]?.baseline['ndcg@10']).toBeLessThan(1); // grade 2, nothing, grade 1
  });

  it('name the line that is wrong', () => {
    const good = '{"query": "a", "results": ["b"], "relevant": [1]}\n\n';
    const cases: [string, RegExp][] = [
      [' \n', /at least one query/],
      [`${good}{`, /^Line 3: not valid JSON/],
      ['7', /^Line 1: expected an object/],
      ['{"results": ["b"], "relevant": [1]}', /a text in "query"/],
      ['{"query": "a", "results": [], "relevant": []}', /texts in "results"/],
      ['{"query": "a", "results": ["b"], "relevant": [0]}', /places from 1 to 1/],
      ['{"query": "a", "results": ["b"], "relevant": [2]}', /places from 1 to 1/],
      ['{"query": "a", "results": ["b"], "grades": [1, 0]}', /1 whole numbers in "grades"/],
    ];
    for (const [text, message] of cases) expect(() => parseJudgments(text)).toThrow(message);
  });
});
