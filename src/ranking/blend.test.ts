import { describe, expect, it } from 'vitest';
import { seeded } from '../testing/random.js';
import { blend } from './blend.js';
import { orderByScore } from './order.js';
import { readPrior } from './prior.js';
import { toRanking, type Arrangement } from './scores.js';

const logits = [-4, 6, 1, 1];
const scores = [10, 30, 20, 10];

describe('blend', () => {
  it('mixes both sides, each brought to 0 … 1', () => {
    expect([...blend(logits, readPrior({ scores, weight: 0.25 }, 4))]).toEqual([0, 1, 0.5, 0.375]);
  });

  it('is the model alone at 0 and the engine alone at 1, ties by the model', () => {
    const order = (weight: number) => orderByScore(blend(logits, readPrior({ scores, weight }, 4)), logits);
    expect(order(0)).toEqual([1, 2, 3, 0]);
    expect(order(1)).toEqual([1, 2, 3, 0]); // 0 and 3 tie by the engine, and the model puts 3 first
    const given = (weight: number) =>
      orderByScore(blend(logits, readPrior({ ranks: true, weight }, 4)), logits);
    expect(given(0)).toEqual([1, 2, 3, 0]);
    expect(given(1)).toEqual([0, 1, 2, 3]);
  });

  it('adds reciprocal ranks, where alike logits have the same rank', () => {
    const blended = [...blend(logits, readPrior({ ranks: true, weight: 0.5, k: 1 }, 4))];
    const expected = [1 / 5 + 1 / 2, 1 / 2 + 1 / 3, 1 / 3 + 1 / 4, 1 / 3 + 1 / 5];
    blended.forEach((value, index) => expect(value).toBeCloseTo(expected[index]! / 2, 12));
  });

  it('does not depend on scale and offset of either side', () => {
    const random = seeded(7);
    for (let round = 0; round < 200; round++) {
      const model = Array.from({ length: 8 }, () => random() * 10);
      const engine = Array.from({ length: 8 }, () => random());
      const weight = random();
      const one = blend(model, readPrior({ scores: engine, weight }, 8));
      const other = blend(
        model.map((value) => value * 3 - 7),
        readPrior({ scores: engine.map((value) => value * 1e6 + 5), weight }, 8),
      );
      one.forEach((value, index) => expect(other[index]).toBeCloseTo(value, 6));
      expect(Math.max(...one)).toBeLessThanOrEqual(1);
      expect(Math.min(...one)).toBeGreaterThanOrEqual(0);
    }
  });

  it('lets a constant side decide nothing', () => {
    expect(orderByScore(blend(logits, readPrior({ scores: [5, 5, 5, 5], weight: 0.9 }, 4)), logits)).toEqual([
      1, 2, 3, 0,
    ]);
    expect(orderByScore(blend([2, 2, 2], readPrior({ scores: [1, 3, 2], weight: 0.1 }, 3)))).toEqual([
      1, 2, 0,
    ]);
    expect([...blend([3], readPrior({ scores: [8], weight: 0.5 }, 1))]).toEqual([0]);
    expect([...blend([], readPrior({ scores: [], weight: 0.5 }, 0))]).toEqual([]);
  });

  it('stands the largest numbers', () => {
    const most = Number.MAX_VALUE;
    expect([...blend([1, 2, 3], readPrior({ scores: [-most, 0, most], weight: 1 }, 3))]).toEqual([0, 0.5, 1]);
  });

  it('leaves out what is not scored yet', () => {
    expect([...blend([NaN, 4, 2], readPrior({ scores: [9, 0, 1], weight: 0.5 }, 3))]).toEqual([
      NaN,
      0.5,
      0.5 / 9,
    ]);
    expect(orderByScore(blend([NaN, 4, 2], readPrior({ ranks: true, weight: 1 }, 3)))).toEqual([1, 2]);
  });
});

describe('readPrior', () => {
  const refused = (prior: unknown, message: unknown) =>
    expect(() => readPrior(prior as { ranks: true; weight: number }, 2)).toThrow(
      expect.objectContaining({ code: 'invalid-input', message }) as Error,
    );

  it('refuses what does not fit, in words', () => {
    refused(
      { scores: [1], weight: 0.5 },
      'prior.scores has 1 numbers for 2 documents; expected one a document, in their order.',
    );
    refused({ scores: [1, NaN], weight: 0.5 }, 'prior.scores[1] is NaN; expected a finite number.');
    refused({ scores: [Infinity, 1], weight: 0.5 }, 'prior.scores[0] is Infinity; expected a finite number.');
    refused({ scores: [1, '2'], weight: 0.5 }, 'prior.scores[1] is "2"; expected a finite number.');
    // eslint-disable-next-line no-sparse-arrays
    refused({ scores: [, 1], weight: 0.5 }, 'prior.scores[0] is undefined; expected a finite number.');
    refused({ scores: 'ab', weight: 0.5 }, 'scores is "ab"; expected an array of numbers, one a document.');
    refused({ scores: [1, 2] }, 'prior.weight is undefined; expected a number from 0 to 1.');
    refused({ scores: [1, 2], weight: 2 }, 'weight is 2; expected a number from 0 to 1.');
    refused({ scores: [1, 2], ranks: true, weight: 0.5 }, expect.stringContaining('either scores'));
    refused({ weight: 0.5 }, expect.stringContaining('either scores'));
    refused({ ranks: false, weight: 0.5 }, 'ranks is false; expected true.');
    refused({ ranks: true, weight: 0.5, k: 0 }, expect.stringContaining('k is 0'));
    refused({ ranks: true, wieght: 0.5 }, expect.stringContaining('prior has no option "wieght"'));
  });

  it('copies, so that later changes do not matter', () => {
    const given = new Float32Array([1, 2]);
    const read = readPrior({ scores: given, weight: 0.5 }, 2);
    given.fill(9);
    expect([...(read.scores ?? [])]).toEqual([1, 2]);
  });
});

describe('toRanking', () => {
  const documents = logits.map((_, index) => ({ document: `d${index}`, text: '' }));
  const windows = [undefined, undefined, { start: 3, end: 5 }, undefined];
  const rank = (arrangement: Partial<Arrangement>, some: readonly number[] = logits) =>
    toRanking({ logits: Float32Array.from(some), windows }, documents, {
      activation: 'identity',
      ...arrangement,
    });
  const order = (...given: Parameters<typeof rank>) => rank(...given).map(({ index }) => index);

  it('keeps the model as the score, and tells what the order goes by', () => {
    const prior = readPrior({ scores: [40, 0, 30, 10], weight: 0.5 }, 4);
    const ranking = rank({ prior, activation: 'sigmoid' });
    expect(ranking.map(({ index, blended }) => [index, blended])).toEqual(
      [
        [2, 0.625],
        [0, 0.5],
        [1, 0.5],
        [3, 0.375],
      ].sort((a, b) => b[1]! - a[1]! || logits[b[0]!]! - logits[a[0]!]!),
    );
    expect(ranking[0]).toMatchObject({ score: 1 / (1 + Math.exp(-1)), window: { start: 3, end: 5 } });
    expect(rank({ prior }).map(({ blended }) => blended)).toEqual(ranking.map(({ blended }) => blended));
    expect(rank({})[0]).not.toHaveProperty('blended');
  });

  it('keeps the first on top, and all where there are fewer', () => {
    expect(order({ keepFirst: 1 })).toEqual([0, 1, 2, 3]);
    expect(order({ keepFirst: 3 })).toEqual([0, 1, 2, 3]);
    expect(order({ keepFirst: 9 })).toEqual([0, 1, 2, 3]);
    expect(order({ keepFirst: 1, topK: 2 })).toEqual([0, 1]);
    expect(order({ keepFirst: 1, prior: readPrior({ scores: [0, 0, 0, 1], weight: 1 }, 4) })).toEqual([
      0, 3, 1, 2,
    ]);
    expect(order({ keepFirst: 2 }, [NaN, 6, 1, 8])).toEqual([1, 3, 2]); // a part of the ranking: 0 is not scored yet
  });

  it('leaves out what scores lower, but not what is kept first, before topK counts', () => {
    expect(order({ minScore: 1 })).toEqual([1, 2, 3]);
    expect(order({ minScore: 1.5 })).toEqual([1]);
    expect(order({ minScore: 7 })).toEqual([]);
    expect(order({ minScore: 0.9, activation: 'sigmoid' })).toEqual([1]);
    expect(order({ minScore: 1.5, keepFirst: 1 })).toEqual([0, 1]);
    const prior = readPrior({ scores: [9, 0, 0, 0], weight: 1 }, 4);
    expect(order({ minScore: 0, prior, topK: 2 })).toEqual([1, 2]);
  });
});
