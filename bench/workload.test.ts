import { describe, expect, it } from 'vitest';
import { packEqually } from './batches.js';
import { followUps, searches } from './collection.js';
import { unseen } from './depth.js';
import { seeded, shuffled } from './random.js';
import { modelDir } from './server.js';
import { WorkloadMaker } from './workload.js';

const maker = new WorkloadMaker(modelDir('minilm-l6-rerank-en'));
/** The query, and two tokens each around query and passage. */
const AROUND = 10 + 2 + 2;

describe('workloads', () => {
  it('have the lengths of web passages', () => {
    const { passages, tokens } = maker.passages(100);
    expect(passages).toHaveLength(100);
    const within = (value: number, expected: number) =>
      expect(Math.abs(value - expected - AROUND), `${value} beside ${expected}`).toBeLessThanOrEqual(3);
    within(tokens.p10, 49);
    within(tokens.p50, 75);
    within(tokens.p90, 136);
    within(tokens.max, 258);
  });

  it('are the same every time, and not sorted by length', () => {
    expect(maker.passages(50).passages).toEqual(maker.passages(50).passages);
    const lengths = maker.passages(50).rows.map(({ ids }) => ids.length);
    expect(lengths).not.toEqual(lengths.toSorted((a, b) => a - b));
    expect(lengths).not.toEqual(lengths.toSorted((a, b) => b - a));
  });

  it('go by their names', () => {
    expect(maker.named('10').passages).toHaveLength(10);
    expect(maker.named('long').tokens.max).toBe(512);
    const equal = maker.named('16x32');
    expect(equal.passages).toHaveLength(16);
    expect(new Set(equal.rows.map(({ ids }) => ids.length))).toEqual(new Set([32 + AROUND]));
  });

  it('pack into rows of one length with the same tokens in all', () => {
    const { rows, tokens } = maker.passages(100);
    const packed = packEqually(rows).flat();
    expect(packed).toHaveLength(100);
    expect(new Set(packed.map(({ ids }) => ids.length)).size).toBe(1);
    const total = packed.reduce((sum, { ids }) => sum + ids.length, 0);
    expect(Math.abs(total / tokens.total - 1)).toBeLessThan(0.01);
  });
});

describe('the collection', () => {
  it('gives every question its candidates, none twice', async () => {
    const works = await searches(100);
    expect(works.length).toBeGreaterThanOrEqual(20);
    for (const { passages } of works) expect(passages).toHaveLength(100);
    expect(new Set(works[0]?.passages).size).toBeGreaterThan(95); // a few passages of the collection are alike
    const himalayas = works.find(({ query }) => query.includes('Himalayas'));
    expect(himalayas?.passages.slice(0, 10).join(' ')).toMatch(/Himalaya/);
  });

  it('pairs questions over the same candidates', async () => {
    const works = await searches(20);
    const pairs = followUps(works);
    expect(pairs).toHaveLength(works.length / 2);
    for (const { first, second } of pairs) {
      expect(second.passages).toBe(first.passages);
      expect(second.query).not.toBe(first.query);
    }
  });
});

describe('seeded numbers', () => {
  it('are the same everywhere and evenly spread', () => {
    const random = seeded(1);
    const numbers = Array.from({ length: 1000 }, random);
    expect(seeded(1)()).toBe(numbers[0]);
    expect(seeded(2)()).not.toBe(numbers[0]);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(numbers.reduce((sum, each) => sum + each, 0) / 1000).toBeCloseTo(0.5, 1);
    expect(shuffled([1, 2, 3, 4, 5], seeded(3)).toSorted()).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('passages for adaptive depth', () => {
  it('are new with every query, and the same for both depths', () => {
    const work = { query: 'q', passages: ['a', 'b'] };
    expect(unseen(work, 0)).toEqual({ query: 'q', passages: ['a 1', 'b 1'] });
    expect(unseen(work, 0)).toEqual(unseen(work, 0));
    expect(unseen(work, 1).passages).not.toEqual(unseen(work, 0).passages);
  });
});
