import { afterEach, describe, expect, it, vi } from 'vitest';
import { NO_CACHE, openCache } from './cache.js';

const never = () => new Promise<never>(() => undefined);
const LIMITS = { answer: 30, write: 60 };
const bytes = new Uint8Array([1, 2, 3]);

/** Puts a Cache Storage in place whose cache does as stated. */
function storage(cache: Partial<Cache>, open: () => Promise<unknown> = () => Promise.resolve(cache)): void {
  vi.stubGlobal('caches', { open });
}
afterEach(() => vi.unstubAllGlobals());

describe('a cache that does not answer', () => {
  it('is passed over where it does not open, is refused, or is not there', async () => {
    for (const open of [never, () => Promise.reject(new DOMException('denied', 'SecurityError'))]) {
      storage({}, open);
      expect(await openCache(true, LIMITS)).toBe(NO_CACHE);
    }
    vi.unstubAllGlobals();
    expect(await openCache(true, LIMITS)).toBe(NO_CACHE);
  });

  it('costs one wait, and no more for what comes after', async () => {
    const match = vi.fn(never);
    storage({ match });
    const cache = await openCache(true, LIMITS);
    const started = performance.now();
    for (let file = 0; file < 50; file++) expect(await cache.read(`/${file}`)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1000);
    expect(match).toHaveBeenCalledTimes(1);
  });

  it('ends a write that never ends, and a body that never comes', async () => {
    storage({ put: never, match: () => Promise.resolve({ arrayBuffer: never } as unknown as Response) });
    const cache = await openCache(true, LIMITS);
    await expect(cache.read('/a')).resolves.toBeUndefined();
    storage({ put: never });
    await expect((await openCache(true, LIMITS)).write('/a', bytes)).resolves.toBeUndefined();
  });
});
