import { CACHE_NAME } from '../model/cache.js';
import { inTime } from '../model/time-limit.js';

/** These tell one file from another at the same address. */
const IDENTITY = ['etag', 'last-modified', 'content-length'] as const;

/** A worker's `fetch`, and what it is still writing. */
export interface KeepingFetch {
  /** To be used in place of the worker's own. */
  fetch: typeof globalThis.fetch;
  /** Settles when what came in is kept, or could not be: a worker that is ended before keeps nothing. Never rejects. */
  written: () => Promise<unknown>;
}

/** Milliseconds for the writing, after which a page does without it. */
const WRITE_LIMIT = 5000;

/**
 * A `fetch` for a worker that keeps the runtime's `.wasm` in Cache Storage and takes it from there when the network fails. The
 * network comes first, since the browser's HTTP cache serves a visit that is online, compiled code included; but that cache asks
 * the host whether a file is still new, and gives nothing where the host cannot be asked.
 *
 * @param fetch - the worker's own
 */
export function keepingRuntime(fetch: typeof globalThis.fetch): KeepingFetch {
  let writing: Promise<unknown> = Promise.resolve();
  const keeping: typeof fetch = async (input, init) => {
    const { url } = new Request(input);
    if (!/\.wasm(?:\?|$)/.test(url)) return fetch(input, init);
    const kept = await quietly(async () => (await caches.open(CACHE_NAME)).match(url));
    try {
      const response = await fetch(input, init);
      if (!response.ok) return kept ?? response;
      // Another answer than the kept one: it is written while the runtime starts.
      if (!kept || IDENTITY.some((name) => kept.headers.get(name) !== response.headers.get(name))) {
        const copy = response.clone();
        writing = quietly(async () => {
          const cache = await caches.open(CACHE_NAME);
          await inTime(cache.put(url, copy), WRITE_LIMIT, () => new Error('Cache Storage does not answer'));
        });
      }
      return response;
    } catch (error) {
      if (kept) return kept;
      throw error;
    }
  };
  return { fetch: keeping, written: () => writing };
}

/** A cache that is full, refused or missing must not stop anything. */
async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
