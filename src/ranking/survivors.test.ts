import { describe, expect, it } from 'vitest';
import { survivors } from './survivors.js';

const logits = Float32Array.of(3, -1, Number.NaN, 7, 4.5, 3, 0);

describe('survivors', () => {
  it('lets go on what reaches the k-th best less the margin', () => {
    expect(survivors(logits, 2, 1)).toEqual([3, 4]); // 4.5 - 1
    expect(survivors(logits, 2, 1.5)).toEqual([0, 3, 4, 5]); // 3 is just enough
    expect(survivors(logits, 1, 2)).toEqual([3]);
  });

  it('with a margin of 0 keeps the best k and their ties', () => {
    expect(survivors(logits, 3, 0)).toEqual([0, 3, 4, 5]);
    expect(survivors(logits, 1, 0)).toEqual([3]);
  });

  it('with an infinite margin keeps all but those that are out already', () => {
    expect(survivors(logits, 1, Number.POSITIVE_INFINITY)).toEqual([0, 1, 3, 4, 5, 6]);
  });

  it('keeps all where there are no more than k', () => {
    expect(survivors(logits, 6, 0)).toEqual([0, 1, 3, 4, 5, 6]);
    expect(survivors(logits, 100, 0)).toEqual([0, 1, 3, 4, 5, 6]);
    expect(survivors(new Float32Array(), 10, 1)).toEqual([]);
  });
});
