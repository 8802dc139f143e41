import { describe, expect, it } from 'vitest';
import type { Pair } from '../types.js';
import { crossTolerance, DEFAULT_CHECK, verifyLogits } from './self-check.js';

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

describe('crossTolerance', () => {
  it('grows with the logits, and with how coarsely a dtype is computed', () => {
    expect(crossTolerance('fp32', [0, 0])).toBeCloseTo(0.002, 9);
    expect(crossTolerance('fp32', [3, -10])).toBeCloseTo(0.022, 9);
    expect(crossTolerance('w8', [3, -10])).toBeCloseTo(0.11, 9);
    expect(crossTolerance('fp16', [3, -10])).toBeCloseTo(0.25, 9);
  });

  it('lets rounding pass, and not the fault of ModernBERT on WebGPU (-1.3786 for -1.1690)', () => {
    const logits = [-1.169, -1.8043];
    const check = { pairs, logits, tolerance: crossTolerance('fp32', logits) };
    expect(verifyLogits(check, [-1.169_02, -1.804_28])).toBeLessThan(1e-4);
    expect(() => verifyLogits(check, [-1.3786, -1.8043])).toThrow(/pair 0 scored -1.3786, expected -1.1690/);
    const half = { ...check, tolerance: crossTolerance('fp16', logits) };
    expect(() => verifyLogits(half, [-1.3786, -1.8043])).toThrow(/pair 0/);
  });
});
