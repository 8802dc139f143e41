import { describe, expect, it } from 'vitest';
import type { Pair } from '../types.js';
import { DEFAULT_CHECK, verifyLogits } from './self-check.js';

const pairs: Pair[] = [
  ['q', 'a'],
  ['q', 'b'],
];

describe('verifyLogits', () => {
  it('passes within the tolerance and tells the greatest difference', () => {
    expect(verifyLogits({ pairs, logits: [8, -4], tolerance: 0.1 }, [8.05, -4])).toBeCloseTo(0.05, 6);
  });

  it.each([
    ['a difference', [8.2, -4], /pair 0 scored 8.2000, expected 8.0000 ± 0.1/],
    ['NaN', [8, Number.NaN], /pair 1 scored NaN/],
    ['infinity', [Number.POSITIVE_INFINITY, -4], /pair 0 scored Infinity/],
    ['too few', [8], /self-check/i],
  ])('refuses %s', (_, logits, message) => {
    expect(() => verifyLogits({ pairs, logits: [8, -4], tolerance: 0.1 }, logits)).toThrow(message);
  });

  it('without reference logits still refuses what no ranker gives', () => {
    expect(verifyLogits({ pairs }, [1, 2])).toBeUndefined();
    expect(() => verifyLogits({ pairs }, [1, 1])).toThrow(/every pair scored 1/);
    expect(DEFAULT_CHECK.pairs.some(([, passage]) => passage.split(' ').length > 64)).toBe(true);
  });
});
