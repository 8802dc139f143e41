import { RerankError } from '../errors.js';
import { meansAbsent } from './answer.js';
import { fetchFile, type FetchOptions } from './fetch.js';
import { verify } from './hash.js';
import type { ManifestPart } from './manifest.js';

/**
 * Downloads a file that is stored in parts, one after the other, and joins them. Progress counts the whole file.
 *
 * @param file - the file's path, for messages
 * @param parts - what it is made of, in order
 * @param urlOf - where a path of the folder is
 * @throws RerankError as `fetchFile`, naming the part; `integrity` for a part with another hash; an `AbortError` when cancelled
 */
export async function fetchParts(
  file: string,
  parts: readonly ManifestPart[],
  urlOf: (path: string) => string,
  options: FetchOptions,
): Promise<Uint8Array> {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const joined = new Uint8Array(total);
  let start = 0;
  for (const { path, sha256, bytes: expectedBytes } of parts) {
    const url = urlOf(path);
    const onBytes = (loaded: number) => options.onBytes?.(start + loaded, total);
    try {
      const { bytes } = await fetchFile(url, { ...options, expectedBytes, onBytes });
      await verify(url, bytes, sha256);
      joined.set(bytes, start);
    } catch (error) {
      if (!meansAbsent(error)) throw error;
      throw new RerankError(error.code, `${error.message} It is a part of ${file}.`, { cause: error });
    }
    start += expectedBytes;
  }
  return joined;
}
