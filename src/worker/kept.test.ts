import { describe, expect, it } from 'vitest';
import { KeptStates, KeptTokens } from './kept.js';

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

describe('KeptTokens', () => {
  const count = (kept: KeptTokens, passages: string[]) => {
    let encoded = 0;
    for (const passage of passages) {
      const ids = kept.get(passage, () => {
        encoded++;
        return Array.from({ length: passage.length }, (_, place) => passage.charCodeAt(place));
      });
      expect(ids).toHaveLength(passage.length);
    }
    return encoded;
  };

  it('tokenises a passage once while there is room, and each time without', () => {
    const kept = new KeptTokens(1_000);
    expect(count(kept, ['river', 'stone', 'river', ''])).toBe(3);
    expect(count(kept, ['river', ''])).toBe(0);
    expect(count(new KeptTokens(0), ['river', 'river'])).toBe(2);
  });

  it('forgets the least recently used', () => {
    const kept = new KeptTokens(150); // three passages of five characters at ten bytes each
    expect(count(kept, ['river', 'stone', 'bread', 'river', 'glass', 'river'])).toBe(4);
    expect(count(kept, ['stone'])).toBe(1);
  });
});
