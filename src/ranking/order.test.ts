import { describe, expect, it } from 'vitest';
import { activate } from './activation.js';
import { orderByScore } from './order.js';

describe('orderByScore', () => {
  it('puts the best first and ties in the order of the input', () => {
    expect(orderByScore([1, 3, 2, 3])).toEqual([1, 3, 2, 0]);
  });

  it('orders ties by what is given for them', () => {
    expect(orderByScore([1, 3, 3, 3], [0, 1, 2, 1])).toEqual([2, 1, 3, 0]);
  });

  it('leaves out what is not scored yet', () => {
    expect(orderByScore([1, Number.NaN, 5, 2])).toEqual([2, 3, 0]);
    expect(orderByScore([])).toEqual([]);
  });
});

describe('activate', () => {
  it('equals torch.sigmoid, or leaves the logit alone', () => {
    expect(activate(8.607138, 'identity')).toBe(8.607138);
    expect(activate(8.607138, 'sigmoid')).toBeCloseTo(0.999817, 6);
    expect(activate(-4.3200774, 'sigmoid')).toBeCloseTo(0.013124, 6);
    expect(activate(0, 'sigmoid')).toBe(0.5);
  });
});
