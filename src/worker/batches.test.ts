import { describe, expect, it } from 'vitest';
import { planBatches } from './batches.js';

describe('planBatches', () => {
  it('puts rows of like length together, longest first', () => {
    expect(planBatches([10, 50, 11, 49], 100)).toEqual([
      [1, 3],
      [2, 0],
    ]);
  });

  it('keeps rows times longest within the budget', () => {
    const lengths = Array.from({ length: 200 }, (_, row) => 20 + ((row * 37) % 230));
    const batches = planBatches(lengths, 1024);
    for (const batch of batches) {
      const longest = Math.max(...batch.map((row) => lengths[row] ?? 0));
      expect(longest * batch.length).toBeLessThanOrEqual(1024);
    }
    expect(batches.flat().sort((a, b) => a - b)).toEqual([...lengths.keys()]);
  });

  it('wastes little on a web-passage length distribution', () => {
    // 49 / 75 / 136 / 258 tokens at p10 / p50 / p90 / max.
    const lengths = Array.from({ length: 100 }, (_, row) =>
      row < 10 ? 49 : row < 50 ? 49 + row / 2 : row < 90 ? 75 + 1.5 * (row - 50) : 136 + 12 * (row - 90),
    );
    const padded = planBatches(lengths, 1024).reduce(
      (sum, batch) => sum + batch.length * Math.max(...batch.map((row) => lengths[row] ?? 0)),
      0,
    );
    const real = lengths.reduce((sum, length) => sum + length, 0);
    expect(1 - real / padded).toBeLessThan(0.1);
  });

  it('gives a row over the budget a batch of its own, and nothing for nothing', () => {
    expect(planBatches([600, 5], 512)).toEqual([[0], [1]]);
    expect(planBatches([], 512)).toEqual([]);
  });
});
