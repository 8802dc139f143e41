import { describe, expect, it, vi } from 'vitest';
import type { Reranker } from '../types.js';
import { resolveReranker } from './reranker-source.js';

const reranker = { rank: async () => [] } as unknown as Reranker; // only what is looked at

describe('where a reranker comes from', () => {
  it('may be the reranker, a promise of it, or a function', async () => {
    for (const source of [reranker, Promise.resolve(reranker), () => reranker, async () => reranker]) {
      expect(await resolveReranker(source)()).toBe(reranker);
    }
  });

  it('calls a function when it is first asked, and once', async () => {
    const make = vi.fn(async () => reranker);
    const resolve = resolveReranker(make);
    expect(make).not.toHaveBeenCalled();
    await Promise.all([resolve(), resolve()]);
    await resolve();
    expect(make).toHaveBeenCalledOnce();
  });

  it('forgets a try that failed, thrown or rejected', async () => {
    const make = vi
      .fn<() => Promise<Reranker>>()
      .mockImplementationOnce(() => {
        throw new Error('first');
      })
      .mockRejectedValueOnce(new Error('second'))
      .mockResolvedValue(reranker);
    const resolve = resolveReranker(make);
    await expect(resolve()).rejects.toThrow('first');
    await expect(resolve()).rejects.toThrow('second');
    expect(await resolve()).toBe(reranker);
  });

  it('keeps a rejected promise quiet until somebody asks', async () => {
    const resolve = resolveReranker(Promise.reject(new Error('no network'))); // Vitest fails on an unhandled rejection
    await new Promise((done) => setTimeout(done, 10));
    await expect(resolve()).rejects.toThrow('no network');
  });

  it('refuses what cannot rank', async () => {
    const wrong = resolveReranker((() => ({})) as unknown as () => Reranker);
    await expect(wrong()).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
