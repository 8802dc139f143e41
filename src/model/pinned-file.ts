import { RerankError } from '../errors.js';
import type { FileCache } from './cache.js';
import { fetchFile, type FetchOptions } from './fetch.js';
import { pastBadCopy, verify } from './hash.js';
import { FileStore } from './store.js';

/** A file by its address, with the hash that it must have. */
export interface PinnedFile {
  /** Where it is. */
  url: string;
  /** sha256 of its content, in hex. */
  sha256: string;
}

/**
 * Reads a file whose hash was known before: from the cache, else from the network, and then keeps it.
 * @throws RerankError as `fetchFile`; `integrity` for any other content; an `AbortError` when cancelled
 */
export async function readPinned(
  { url, sha256 }: PinnedFile,
  { cache, ...options }: FetchOptions & { cache: FileCache },
): Promise<{ bytes: Uint8Array; fromCache: boolean }> {
  const store = new FileStore(cache);
  const cached = await store.read(url, sha256);
  if (cached) return { bytes: cached, fromCache: true };
  const bytes = await pastBadCopy(async (httpCache) => {
    const fetched = await fetchFile(url, { ...options, httpCache });
    await verify(url, fetched.bytes, sha256);
    return fetched.bytes;
  });
  store.write(url, bytes, sha256);
  return { bytes, fromCache: false };
}

/**
 * Names what a failed download was to bring. A file of the engine that cannot be had leaves another backend to be tried; one
 * with another content is `integrity` as it was.
 */
export function engineFault(what: string, error: unknown): unknown {
  if (!(error instanceof RerankError)) return error;
  const code = error.code === 'integrity' ? 'integrity' : 'backend-failed';
  return new RerankError(code, `${what} could not be had: ${error.message}`, { cause: error });
}
