import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { randomisationTest } from './significance.js';

interface Case {
  before: number[];
  after: number[];
  meanDifference: number;
  pValue: number;
}

// Written by training/fixtures/evaluation_goldens.py in this shape.
const golden = JSON.parse(
  await readFile(new URL('fixtures/significance.json', import.meta.url), 'utf8'),
) as Case[];

describe('randomisationTest', () => {
  it.each(golden.slice(0, -1))("equals scipy's exact test, p = $pValue", (test) => {
    const result = randomisationTest(test.before, test.after);
    expect(result.exact).toBe(true);
    expect(result.meanDifference).toBeCloseTo(test.meanDifference, 12);
    expect(result.pValue).toBeCloseTo(test.pValue, 12);
  });

  it("samples more queries, near scipy's exact value, the same for the same seed", () => {
    const { before, after, pValue } = golden.at(-1) ?? { before: [], after: [], pValue: NaN };
    const result = randomisationTest(before, after);
    expect(result).toMatchObject({ exact: false, permutations: 100_000 });
    expect(Math.abs(result.pValue - pValue)).toBeLessThan(0.005);
    expect(randomisationTest(before, after)).toEqual(result);
    const other = randomisationTest(before, after, { seed: 2 });
    expect(other.pValue).not.toBe(result.pValue);
    expect(Math.abs(other.pValue - pValue)).toBeLessThan(0.005);
  });

  it('agrees with a count done by hand', () => {
    // Differences 1, 2, 3: of the 8 sums only 6 and -6 are as far from 0.
    expect(randomisationTest([0, 0, 0], [1, 2, 3])).toEqual({
      meanDifference: 2,
      pValue: 0.25,
      exact: true,
      permutations: 8,
    });
    expect(randomisationTest([1, 0.5], [1, 0.5]).pValue).toBe(1);
    expect(randomisationTest([], [])).toMatchObject({ meanDifference: 0, pValue: 1 });
  });

  it('never gives 0', () => {
    const zeros = new Array<number>(60).fill(0);
    const better = zeros.map((_, i) => 1 + i / 60);
    expect(randomisationTest(zeros, better, { permutations: 999 }).pValue).toBe(1 / 1000);
  });

  it('refuses what is not pairs', () => {
    expect(() => randomisationTest([1], [])).toThrow(/expected pairs/);
    expect(() => randomisationTest([1], [1], { permutations: 0 })).toThrow(/permutations is 0/);
  });
});
