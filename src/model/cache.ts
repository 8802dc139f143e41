/** Keeps verified files in Cache Storage. Whatever goes wrong with the cache, loading goes on without it. */
export interface FileCache {
  /** The file's content, or undefined. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** Stores a file; never rejects. */
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** Forgets a file that turned out to be broken. */
  remove(key: string): Promise<void>;
}

/** Name of the cache, so that a site can delete it (`caches.delete`). */
export const CACHE_NAME = 'browser-reranker';

/** Keeps nothing. */
export const NO_CACHE: FileCache = {
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

/** Opens the cache, or one that keeps nothing where Cache Storage is missing (insecure pages, Node) or refused. */
export async function openCache(enabled: boolean): Promise<FileCache> {
  if (!enabled || !('caches' in globalThis)) return NO_CACHE;
  let cache: Cache;
  try {
    cache = await caches.open(CACHE_NAME);
  } catch {
    return NO_CACHE;
  }
  return {
    read: (key) =>
      quietly(async () => {
        const response = await cache.match(key);
        return response && new Uint8Array(await response.arrayBuffer());
      }),
    write: (key, bytes) =>
      quietly(async () => {
        const headers = {
          'content-type': 'application/octet-stream',
          'content-length': String(bytes.length),
        };
        // A Uint8Array made by this package is never backed by shared memory.
        await cache.put(key, new Response(bytes as Uint8Array<ArrayBuffer>, { headers }));
      }),
    remove: (key) => quietly(async () => void (await cache.delete(key))),
  };
}

/** A full quota or a closed profile must not stop a page that already has its file. */
async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
