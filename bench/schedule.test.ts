import { describe, expect, it } from 'vitest';
import {
  FULL_WEIGHTS,
  FURTHER_WEIGHTS,
  Pace,
  partsOf,
  QUICK_SECONDS,
  Schedule,
  type Weights,
} from './schedule.js';

function clock() {
  let ms = 0;
  return { now: () => ms, pass: (seconds: number) => void (ms += seconds * 1000) };
}

const parts = (weights: Record<string, number>): Weights => Object.entries(weights);
const names = (weights: Weights) => weights.map(([part]) => part);

describe('Schedule', () => {
  it('gives each part its share, less what earlier ones took too much, more what they left', () => {
    const { now, pass } = clock();
    const schedule = new Schedule(parts({ a: 10, b: 10, c: 20 }), undefined, now);
    const a = schedule.begin('a');
    expect(a()).toBe(10_000);
    pass(16);
    expect(a()).toBe(-6_000);
    expect(schedule.begin('b')()).toBe(8_000); // 24 s left for 10 + 20
    pass(0);
    expect(schedule.begin('c')()).toBe(24_000);
  });

  it('keeps to the seconds of the whole run', () => {
    const { now } = clock();
    expect(new Schedule(parts({ a: 1, b: 3 }), 100, now).begin('b')()).toBe(75_000);
  });

  it('knows its parts', () => {
    const schedule = new Schedule(parts({ a: 1 }));
    schedule.begin('a');
    expect(() => schedule.begin('a')).toThrow('no part a');
  });
});

describe('Pace', () => {
  it('foretells a larger workload from the latest one', () => {
    const pace = new Pace();
    expect(pace.estimate('ours', 100)).toBeUndefined();
    pace.record('ours', 100, 999);
    pace.record('ours', 100, 50);
    expect(pace.estimate('ours', 1000)).toBe(500);
  });
});

describe('partsOf', () => {
  it('has every workload of the issue in a full run, of which two models take at most half an hour', () => {
    expect(names(partsOf({ quick: false }, true))).toEqual(
      expect.arrayContaining(['starts', 'depth', 'kept', 'memory', '10', '100', '1000', 'long', 'webgpu']),
    );
    const sum = (weights: Weights) => weights.reduce((total, [, seconds]) => total + seconds, 0);
    expect(sum(FULL_WEIGHTS) + sum(FURTHER_WEIGHTS)).toBeLessThanOrEqual(30 * 60);
    expect(QUICK_SECONDS).toBeLessThan(4 * 60);
  });

  it('replaces the workloads, and leaves out parts', () => {
    const some = names(partsOf({ quick: true, workloads: ['10', '16x8'] }, true));
    expect(some).toEqual(['starts', 'depth', 'kept', 'memory', 'webgpu', '10', '16x8']); // in this order
    expect(names(partsOf({ quick: true, parts: ['rounds'] }, true))).toEqual(['100']);
    expect(names(partsOf({ quick: false, parts: ['kept'] }, false))).toEqual(['kept']);
  });
});
