import { RerankError } from '../errors.js';
import { meansAbsent } from './answer.js';
import { fetchFile, type FetchOptions } from './fetch.js';
import { verify } from './hash.js';
import type { ManifestPart } from './manifest.js';

/**
 * Downloads a file that is stored in parts, all at once, and joins them. Progress counts the whole file.
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
  const { signal, onBytes, onAnswer } = options;
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const joined = new Uint8Array(total);
  const loaded = parts.map(() => 0);
  const answered = new Set<number>();
  // The first part that fails ends the others.
  const failed = new AbortController();
  const partSignal = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const load = async ({ path, sha256, bytes: expectedBytes }: ManifestPart, index: number) => {
    const url = urlOf(path);
    const { bytes } = await fetchFile(url, {
      ...options,
      signal: partSignal,
      expectedBytes,
      onAnswer: () => {
        answered.add(index); // a part may answer again, when it is tried again
        if (answered.size === parts.length) onAnswer?.();
      },
      onBytes: (count) => {
        loaded[index] = count;
        const sum = loaded.reduce((all, each) => all + each, 0);
        onBytes?.(sum, total);
      },
    });
    await verify(url, bytes, sha256);
    const start = parts.slice(0, index).reduce((sum, before) => sum + before.bytes, 0);
    joined.set(bytes, start);
  };
  try {
    await Promise.all(parts.map(load));
  } catch (error) {
    failed.abort();
    if (!meansAbsent(error)) throw error;
    throw new RerankError(
      error.code,
      `${error.message} It is a part of ${file}, which is stored in ${parts.length}: publish the folder as a whole.`,
      { cause: error },
    );
  }
  return joined;
}
