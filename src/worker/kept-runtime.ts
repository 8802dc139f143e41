import { CACHE_NAME } from '../model/cache.js';

/** These tell one file from another at the same address. */
const IDENTITY = ['etag', 'last-modified', 'content-length'] as const;

/**
 * A `fetch` for a worker that keeps the runtime's `.wasm` in Cache Storage and takes it from there when the network fails. The
 * network comes first, since the browser's HTTP cache serves a visit that is online, compiled code included; but that cache asks
 * the host whether a file is still new, and gives nothing where the host cannot be asked.
 *
 * @param fetch - the worker's own
 */
export function keepingRuntime(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const { url } = new Request(input);
    if (!/\.wasm(?:\?|$)/.test(url)) return fetch(input, init);
    const kept = await quietly(async () => (await caches.open(CACHE_NAME)).match(url));
    try {
      const response = await fetch(input, init);
      if (!response.ok) return kept ?? response;
      // Another answer than the kept one: it is written beside the work, and nothing waits for it.
      if (!kept || IDENTITY.some((name) => kept.headers.get(name) !== response.headers.get(name))) {
        const copy = response.clone();
        void quietly(async () => (await caches.open(CACHE_NAME)).put(url, copy));
      }
      return response;
    } catch (error) {
      if (kept) return kept;
      throw error;
    }
  };
}

/** A cache that is full, refused or missing must not stop anything. */
async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
