import { RerankError } from '../errors.js';
import type { FileCache } from '../model/cache.js';
import { fetchFile, type FetchOptions } from '../model/fetch.js';
import { pastBadCopy, verify } from '../model/hash.js';
import { FileStore } from '../model/store.js';

/** A file by its address, with the hash that it must have. */
export interface PinnedFile {
  /** Where it is. */
  url: string;
  /** sha256 of its content, in hex. */
  sha256: string;
}

/**
 * Reads a file of the engine whose hash was known before: from the cache, else from the network, and then keeps it.
 *
 * @param what - what it is, for messages
 * @throws RerankError `integrity` for any other content; `backend-failed` where it cannot be had, so that another backend may
 *   serve; an `AbortError` when cancelled
 */
export async function readPinned(
  what: string,
  { url, sha256 }: PinnedFile,
  { cache, ...options }: FetchOptions & { cache: FileCache },
): Promise<Uint8Array> {
  const store = new FileStore(cache);
  const cached = await store.read(url, sha256);
  if (cached) return cached;
  try {
    const bytes = await pastBadCopy(async (httpCache) => {
      const fetched = await fetchFile(url, { ...options, httpCache });
      await verify(url, fetched.bytes, sha256);
      return fetched.bytes;
    });
    store.write(url, bytes, sha256);
    return bytes;
  } catch (error) {
    if (!(error instanceof RerankError)) throw error;
    const code = error.code === 'integrity' ? 'integrity' : 'backend-failed';
    throw new RerankError(code, `${what} could not be had: ${error.message}`, { cause: error });
  }
}
