import { describe, expect, it } from 'vitest';
import { KeptStates } from './kept-states.js';

describe('KeptStates', () => {
  it('stays within its bytes and lets the least recently used go', () => {
    const kept = new KeptStates(4_100); // four of 1,000 bytes and their keys
    const states = (value: number) => new Float32Array(250).fill(value);
    for (let key = 0; key < 4; key++) kept.set(0, `${key}`, states(key));
    kept.get(0, '0');
    kept.set(0, '4', states(4));
    expect(kept.get(0, '1')).toBeUndefined();
    expect([0, 2, 3, 4].map((key) => kept.get(0, `${key}`)?.[0])).toEqual([0, 2, 3, 4]);
    for (let key = 5; key < 100; key++) {
      kept.set(0, `${key}`, states(key));
      expect(kept.bytes).toBeLessThanOrEqual(4_100);
    }
  });

  it('tells cuts apart', () => {
    const kept = new KeptStates(10_000);
    kept.set(1, 'a', Float32Array.of(1));
    expect(kept.get(0, 'a')).toBeUndefined();
    expect(kept.get(1, 'a')).toEqual(Float32Array.of(1));
  });

  it('keeps nothing with 0 bytes, and nothing larger than all of them', () => {
    const none = new KeptStates(0);
    none.set(0, 'a', Float32Array.of(1));
    expect(none.get(0, 'a')).toBeUndefined();
    const small = new KeptStates(100);
    small.set(0, 'a', new Float32Array(100));
    expect(small.get(0, 'a')).toBeUndefined();
  });
});
