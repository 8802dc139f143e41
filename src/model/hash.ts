import { RerankError } from '../errors.js';
import { withoutQuery } from './answer.js';

/** sha256 in hex; undefined on insecure pages, which have no crypto: there size and self-check stand guard. */
export async function hashOf(bytes: Uint8Array): Promise<string | undefined> {
  const { subtle } = globalThis.crypto as Partial<Crypto>;
  if (!subtle) return undefined;
  const digest = await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Holds bytes to the hash that they should have; an unknown one holds them to nothing.
 * @param url - for messages
 * @throws RerankError `integrity`
 */
export async function verify(url: string, bytes: Uint8Array, sha256: string | undefined): Promise<void> {
  const actual = sha256 && (await hashOf(bytes));
  if (!actual || actual === sha256) return;
  throw new RerankError(
    'integrity',
    `${withoutQuery(url)} is not the file it should be: its sha256 is ${actual}, expected ${sha256}. Nothing was ` +
      'cached; download or publish the folder again.',
  );
}

/**
 * Downloads a file that is verified. The HTTP cache may have kept a wrong answer with the right ETag, and would give it for
 * ever: it is passed over, once.
 *
 * @param download - reads and verifies the file @param httpCache - how the HTTP cache is used at first
 */
export async function pastBadCopy(
  download: (httpCache?: RequestCache) => Promise<Uint8Array>,
  httpCache?: RequestCache,
): Promise<Uint8Array> {
  try {
    return await download(httpCache);
  } catch (error) {
    if (!(error instanceof RerankError && error.code === 'integrity')) throw error;
    return download('reload');
  }
}
