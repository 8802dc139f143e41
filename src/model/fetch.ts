import { abortError, isAbort, RerankError } from '../errors.js';

/** How to get a file. */
export interface FetchOptions {
  /** The `fetch` to use. */
  fetch: typeof globalThis.fetch;
  /** Cancels, also between tries and in mid-body. */
  signal?: AbortSignal | undefined;
  /** Tries after the first. */
  retries: number;
  /** Milliseconds before the second try; doubled for each further one, with up to a quarter of jitter. Default 500. */
  retryDelay?: number | undefined;
  /** Size where the manifest states it; anything else is an error. */
  expectedBytes?: number | undefined;
  /** Told as bytes come in, from zero again at each new try. */
  onBytes?: ((loaded: number, total: number | undefined) => void) | undefined;
}

/** A file that came in whole. */
export interface FetchedFile {
  /** Its content. */
  bytes: Uint8Array;
  /** The response's headers. */
  headers: Headers;
  /** Where it came from in the end, after redirects. */
  url: string;
}

/** No server gets to hold a page up for longer than this by Retry-After. */
const LONGEST_WAIT = 60_000;

/** Statuses after which the same request may succeed. */
const isTransient = (status: number) => status === 408 || status === 429 || status >= 500;

/** A failure after which another try is worth it. */
class TransientError extends Error {
  constructor(
    message: string,
    readonly waitAtLeast = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Downloads a file as a stream. Network errors, a body that breaks off, 408, 429 (Retry-After is honoured up to a
 * minute) and 5xx are tried again with a doubling delay.
 *
 * @throws RerankError `not-found`, `unauthorized`, `unexpected-html`, `integrity` (size), `download-failed`; an
 *   `AbortError` when cancelled
 */
export async function fetchFile(url: string, options: FetchOptions): Promise<FetchedFile> {
  const { signal, retries, retryDelay = 500 } = options;
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetchOnce(url, options);
    } catch (error) {
      if (signal?.aborted) throw abortError(signal);
      if (!(error instanceof TransientError)) throw error;
      if (attempt >= retries) {
        throw new RerankError(
          'download-failed',
          `${url} could not be downloaded after ${attempt + 1} tries: ${error.message}. Check the network and the host.`,
          { cause: error.cause ?? error },
        );
      }
      const backoff = retryDelay * 2 ** attempt * (1 + Math.random() / 4);
      await wait(Math.min(Math.max(backoff, error.waitAtLeast), LONGEST_WAIT), signal);
    }
  }
}

async function fetchOnce(
  url: string,
  { fetch, signal, expectedBytes, onBytes }: FetchOptions,
): Promise<FetchedFile> {
  let response: Response;
  try {
    response = await fetch(url, { signal: signal ?? null });
  } catch (cause) {
    if (isAbort(cause, signal)) throw cause;
    throw new TransientError(`the network failed (${String(cause)})`, 0, { cause });
  }
  if (!response.ok) {
    void response.body?.cancel();
    throw errorOfStatus(url, response);
  }
  const { headers } = response;
  refuseHtml(url, headers.get('content-type') ?? '');
  // A compressed body is longer than its content-length says.
  const announced = headers.get('content-encoding') ? undefined : toNumber(headers.get('content-length'));
  const total = expectedBytes ?? announced;
  const bytes = await readBody(response, total, (loaded) => onBytes?.(loaded, total), signal);
  if (announced !== undefined && bytes.length !== announced) {
    throw new TransientError(`the body broke off after ${bytes.length} of ${announced} bytes`);
  }
  if (startsLikeHtml(bytes)) refuseHtml(url, 'text/html');
  if (expectedBytes !== undefined && bytes.length !== expectedBytes) {
    throw new RerankError(
      'integrity',
      `${url} has ${bytes.length} bytes, its manifest says ${expectedBytes}. Publish the folder again as a whole.`,
    );
  }
  return { bytes, headers, url: response.url };
}

/** Fills one buffer where the size is known, so that a model is never in memory twice. */
async function readBody(
  response: Response,
  total: number | undefined,
  onBytes: (loaded: number) => void,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  let buffer = new Uint8Array(total ?? 0);
  let loaded = 0;
  onBytes(0);
  try {
    for (const reader = response.body?.getReader(); reader;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (loaded + value.length > buffer.length) {
        const larger = new Uint8Array(Math.max(loaded + value.length, buffer.length * 2));
        larger.set(buffer);
        buffer = larger;
      }
      buffer.set(value, loaded);
      loaded += value.length;
      onBytes(loaded);
    }
  } catch (cause) {
    if (isAbort(cause, signal)) throw cause;
    throw new TransientError(`the body broke off after ${loaded} bytes (${String(cause)})`, 0, { cause });
  }
  return loaded === buffer.length ? buffer : buffer.slice(0, loaded);
}

function errorOfStatus(url: string, { status, headers }: Response): Error {
  if (isTransient(status)) return new TransientError(`the host answered ${status}`, retryAfter(headers));
  if (status === 404 || status === 410) {
    return new RerankError(
      'not-found',
      `${url} is not there (${status}). Check the model's name and the folder's files.`,
    );
  }
  if (status === 401 || status === 403) {
    return new RerankError(
      'unauthorized',
      `${url} was refused (${status}): the model is private, gated or does not exist. Serve its folder yourself, or ` +
        'pass a `fetch` that adds the authorisation.',
    );
  }
  return new RerankError('download-failed', `${url} could not be downloaded: the host answered ${status}.`);
}

/** Milliseconds out of Retry-After: seconds, or a date. */
function retryAfter(headers: Headers): number {
  const value = headers.get('retry-after');
  if (!value) return 0;
  const seconds = Number(value);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Math.max(milliseconds || 0, 0);
}

function refuseHtml(url: string, contentType: string): void {
  if (!/^\s*(?:text\/html|application\/xhtml)/i.test(contentType)) return;
  throw new RerankError(
    'unexpected-html',
    `${url} gave a web page, not a model file. Most often the server answers unknown paths with index.html: check ` +
      'that the folder is deployed there.',
  );
}

function startsLikeHtml(bytes: Uint8Array): boolean {
  return /^\s*<(?:!doctype html|html)/i.test(new TextDecoder().decode(bytes.subarray(0, 64)));
}

function toNumber(header: string | null): number | undefined {
  return header === null ? undefined : Number(header);
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    const cancel = () => {
      clearTimeout(timer);
      if (signal) reject(abortError(signal));
    };
    signal?.addEventListener('abort', cancel, { once: true });
  });
}
