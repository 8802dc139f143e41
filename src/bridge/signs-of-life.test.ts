import { describe, expect, it, vi } from 'vitest';
import { watch } from './signs-of-life.js';

const never = new Promise<never>(() => undefined);

describe('watch', () => {
  it('gives what the work gives, and its failure', async () => {
    await expect(watch(50, 'work', Promise.resolve(1)).result).resolves.toBe(1);
    await expect(watch(50, 'work', Promise.reject(new TypeError('own'))).result).rejects.toThrow('own');
  });

  it('ends a silence that is too long, counted from the last sign', async () => {
    vi.useFakeTimers();
    try {
      const { result, heard } = watch(800, 'score a batch', never);
      const ended = expect(result).rejects.toMatchObject({
        code: 'timeout',
        message: expect.stringContaining('more than 800 ms to score a batch') as string,
      });
      let settled = false;
      void result.catch(() => (settled = true));
      for (let time = 0; time < 5000; time += 500) {
        await vi.advanceTimersByTimeAsync(500);
        heard();
      }
      await vi.advanceTimersByTimeAsync(800);
      expect(settled).toBe(false);
      await vi.advanceTimersByTimeAsync(200);
      expect(settled).toBe(true);
      await ended;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not take a machine that slept for a silence', async () => {
    const { result } = watch(80, 'work', new Promise((resolve) => setTimeout(() => resolve('done'), 120)));
    const asleep = performance.now();
    while (performance.now() - asleep < 300); // no timer fires meanwhile; then all that are due do so at once
    await expect(result).resolves.toBe('done');
  });

  it('waits for ever where there is no limit', async () => {
    vi.useFakeTimers();
    watch(Infinity, 'work', never);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    await Promise.resolve();
  });
});
