import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  CrossEncoderRerankingEvaluator,
  type RerankingSample,
  type SampleResult,
} from './cross-encoder-evaluator.js';
import { crossEncoderFigures } from './cross-encoder-metrics.js';
import type { PairScorer } from './types.js';

interface CrossEncoderGolden {
  samples: RerankingSample[];
  negatives: RerankingSample[];
  scores: [query: string, document: string, score: number][];
  cases: {
    name: string;
    samples: 'samples' | 'negatives';
    alwaysRerankPositives: boolean;
    k: number;
    expected: Record<string, number>;
  }[];
}

// Written by training/fixtures/evaluation_goldens.py in this shape.
const golden = JSON.parse(
  await readFile(new URL('fixtures/cross-encoder.json', import.meta.url), 'utf8'),
) as CrossEncoderGolden;

const table = new Map(golden.scores.map(([query, document, score]) => [`${query}\t${document}`, score]));
const scorer: PairScorer = {
  predict: (pairs) => Promise.resolve(Float32Array.from(pairs, (pair) => table.get(pair.join('\t')) ?? NaN)),
};

describe('CrossEncoderRerankingEvaluator', () => {
  it.each(golden.cases)(
    'equals the reference: $samples, always $alwaysRerankPositives, k $k',
    async (test) => {
      const { name, k, alwaysRerankPositives, expected } = test;
      const evaluator = new CrossEncoderRerankingEvaluator(golden[test.samples], {
        name,
        k,
        alwaysRerankPositives,
      });
      const figures = await evaluator.run(scorer);
      expect(Object.keys(figures)).toEqual(Object.keys(expected));
      for (const [key, value] of Object.entries(figures)) {
        expect(Math.abs(value - (expected[key] ?? NaN)), key).toBeLessThan(1e-9);
      }
      expect(figures).toHaveProperty([evaluator.primaryMetric]);
    },
  );

  it('takes documents of any shape with a text for each', async () => {
    const [test] = golden.cases;
    const wrap = (texts?: readonly string[]) => texts?.map((body) => ({ body }));
    const samples = golden[test!.samples].map(({ query, positive, documents, negative }) => ({
      query,
      positive: wrap(positive) ?? [],
      documents: wrap(documents),
      negative: wrap(negative),
    }));
    const { name, k, alwaysRerankPositives, expected } = test!;
    const options = { name, k, alwaysRerankPositives, text: ({ body }: { body: string }) => body };
    const figures = await new CrossEncoderRerankingEvaluator(samples, options).run(scorer);
    for (const [key, value] of Object.entries(expected)) expect(figures[key]).toBeCloseTo(value, 9);
    expect(() => new CrossEncoderRerankingEvaluator(samples)).toThrow(
      /positive\[0\] has no text; its keys are: body/,
    );
  });

  it('goes on where it stopped', async () => {
    const evaluator = new CrossEncoderRerankingEvaluator(golden.samples);
    const finished: SampleResult[] = [];
    for await (const result of evaluator.evaluate(scorer)) {
      finished.push(result);
      if (finished.length === 6) break;
    }
    const asked: string[] = [];
    const recording: PairScorer = {
      predict: (pairs) => {
        asked.push(pairs[0]?.[0] ?? '');
        return scorer.predict(pairs);
      },
    };
    const results: SampleResult[] = [];
    for await (const result of evaluator.evaluate(recording, { finished })) results.push(result);
    expect(asked).toEqual(golden.samples.slice(6).map(({ query }) => query));
    expect(evaluator.summarise(results)).toEqual(await evaluator.run(scorer));
  });

  it('refuses samples that the reference refuses', () => {
    const both = { query: 'q', positive: ['a'], negative: ['b'], documents: ['a', 'b'] };
    expect(() => new CrossEncoderRerankingEvaluator([both])).toThrow(/Sample 0: expected exactly one/);
    expect(() => new CrossEncoderRerankingEvaluator([{ query: 'q', positive: ['a'] }])).toThrow(/Sample 0/);
    expect(() => new CrossEncoderRerankingEvaluator([])).toThrow(/no samples/);
    expect(() => new CrossEncoderRerankingEvaluator(golden.samples, { k: 0 })).toThrow(/k is 0/);
  });
});

describe('crossEncoderFigures', () => {
  it("averages over ties as scikit-learn's ndcg_score documents", () => {
    const { ndcg, map, mrr } = crossEncoderFigures([true, false], [1, 1], 1);
    expect(ndcg).toBe(0.5); // either of the two may be first
    expect(map).toBe(0.5); // one threshold with a precision of a half
    expect(mrr).toBe(0); // the later of equal scores comes first
  });

  it('is 0 without positives, and right for a single candidate', () => {
    expect(crossEncoderFigures([false, false], [2, 1], 10)).toEqual({ map: 0, mrr: 0, ndcg: 0 });
    expect(crossEncoderFigures([true], [2], 10)).toEqual({ map: 1, mrr: 1, ndcg: 1 });
    expect(() => crossEncoderFigures([true], [], 10)).toThrow(/1 relevance labels for 0 scores/);
  });
});
