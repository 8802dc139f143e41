import { describe, expect, it } from 'vitest';
import {
  differenceOfShared,
  largestDifference,
  pairedRatio,
  quantile,
  summarise,
  topOf,
  topOverlap,
} from './statistics.js';

describe('quantile', () => {
  it('draws straight lines between neighbours, whatever the order', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10, 20], 0.1)).toBeCloseTo(11);
    expect(quantile([5], 0.9)).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('summarise', () => {
  it('gives median and spread', () => {
    expect(summarise([8, 10, 14])).toEqual({ median: 10, min: 8, max: 14, spread: 0.6, samples: 3 });
    expect(summarise([])).toBeUndefined();
  });
});

describe('pairedRatio', () => {
  it('takes the ratio within a round, so that a machine that slows down counts for nobody', () => {
    const ratio = pairedRatio([20, 200, 2000], [10, 100, 1000]);
    expect(ratio).toMatchObject({ median: 2, min: 2, max: 2, samples: 3 });
  });

  it('leaves out rounds in which either is missing', () => {
    expect(pairedRatio([30, undefined, 50], [10, 10, undefined])).toMatchObject({ median: 3, samples: 1 });
    expect(pairedRatio([undefined], [1])).toBeUndefined();
    expect(pairedRatio([1], [0])).toBeUndefined();
  });
});

describe('comparing scores', () => {
  it('finds the largest difference, and never calls missing scores equal', () => {
    expect(largestDifference([1, 2, 3], [1, 2.5, 2.9])).toBe(0.5);
    expect(largestDifference([1, 2], [1])).toBe(Infinity);
    expect(largestDifference([1, Number.NaN, 2], [1, 1, 2])).toBe(Infinity);
  });

  it('orders the best with ties by place and without NaN', () => {
    expect(topOf([1, Number.NaN, 3, 3, 2], 3)).toEqual([2, 3, 4]);
  });

  it('counts what two rankings have in common', () => {
    const full = [9, 8, 7, 6, 1];
    expect(topOverlap(full, [9, 8, Number.NaN, 6, 7], 4)).toBe(0.75);
    expect(topOverlap(full, full, 4)).toBe(1);
    expect(
      topOverlap(
        full,
        full.map(() => Number.NaN),
        4,
      ),
    ).toBe(0);
  });

  it('compares only scores that both have', () => {
    expect(differenceOfShared([1, 2, Number.NaN], [1.25, Number.NaN, 3])).toBe(0.25);
    expect(differenceOfShared([Number.NaN], [1])).toBe(0);
  });
});
