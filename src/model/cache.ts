import { inTime } from './time-limit.js';

/** Keeps files in Cache Storage. Whatever goes wrong with the cache, loading goes on without it. */
export interface FileCache {
  /** The file's content, or undefined. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** Stores a file, whose bytes are copied before this returns; never rejects. */
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** Forgets a file that turned out to be broken; never rejects. */
  remove(key: string): Promise<void>;
}

/** Name of the cache, so that a site can delete it (`caches.delete`). */
export const CACHE_NAME = 'browser-reranker';

/** Milliseconds for an answer of Cache Storage, and for writing a file, after which a page does without it. */
const LIMITS = { answer: 5000, write: 20_000 };

/** Keeps nothing. */
export const NO_CACHE: FileCache = {
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

/**
 * Opens the cache, or one that keeps nothing where Cache Storage is missing (insecure pages, Node), refused, or does not
 * answer.
 * @param limits - for tests
 */
export async function openCache(enabled: boolean, limits = LIMITS): Promise<FileCache> {
  if (!enabled || !('caches' in globalThis)) return NO_CACHE;
  let hangs = false;
  const late = () => {
    hangs = true;
    return new Error('Cache Storage does not answer');
  };
  // A full quota or a closed profile must not stop a page that already has its file, nor one that never answers.
  const quietly = async <T>(work: () => Promise<T>, limit: number): Promise<T | undefined> => {
    if (hangs) return undefined;
    try {
      return await inTime(work(), limit, late);
    } catch {
      return undefined;
    }
  };
  const cache = await quietly(() => caches.open(CACHE_NAME), limits.answer);
  if (!cache) return NO_CACHE;
  return {
    read: async (key) => {
      const response = await quietly(() => cache.match(key), limits.answer);
      const body = response && (await quietly(() => response.arrayBuffer(), limits.write));
      return body && new Uint8Array(body);
    },
    write: (key, bytes) =>
      quietly(() => {
        const headers = {
          'content-type': 'application/octet-stream',
          'content-length': String(bytes.length),
        };
        // A Uint8Array made by this package is never backed by shared memory.
        return cache.put(key, new Response(bytes as Uint8Array<ArrayBuffer>, { headers }));
      }, limits.write),
    remove: (key) => quietly(async () => void (await cache.delete(key)), limits.answer),
  };
}
