import { abortError, isAbort, RerankError } from '../errors.js';
import { errorOfStatus, refuseHtml, refuseStandIn, TransientError, withoutQuery } from './answer.js';
import { inTime, wait } from './time-limit.js';

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
  /** Milliseconds without an answer or a byte after which a try is given up. Default 30,000. */
  stallTimeout?: number | undefined;
  /** How the browser's HTTP cache is used. Default: as it sees fit. */
  httpCache?: RequestCache | undefined;
  /** Size where the manifest states it; anything else is an error. */
  expectedBytes?: number | undefined;
  /** Told when the host has answered that the file is there, before its body. */
  onAnswer?: (() => void) | undefined;
  /**
   * Told as bytes come in, from zero again at each new try; `loaded` never exceeds `total`. What it throws is thrown on,
   * at once and as it is.
   */
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

/** Long enough for a slow host to begin, and for a phone to change from one network to another. */
const STALL_TIMEOUT = 30_000;

/**
 * Downloads a file as a stream. Network errors, a body that breaks off or stalls, 408, 429 (Retry-After is honoured up to a
 * minute) and 5xx are tried again with a doubling delay.
 *
 * @throws RerankError `not-found`, `unauthorized`, `unexpected-html`, `invalid-data` (a Git LFS pointer), `integrity`
 *   (size), `download-failed`; an `AbortError` when cancelled
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
          `${withoutQuery(url)} could not be downloaded after ${attempt + 1} ${attempt ? 'tries' : 'try'}: ${error.message}. Check the network and the host.`,
          { cause: error.cause ?? error },
        );
      }
      const backoff = retryDelay * 2 ** attempt * (1 + Math.random() / 4);
      await wait(Math.min(Math.max(backoff, error.waitAtLeast), LONGEST_WAIT), signal);
    }
  }
}

async function fetchOnce(url: string, options: FetchOptions): Promise<FetchedFile> {
  const { fetch, signal, expectedBytes, httpCache } = options;
  // Ends the request when the try is over, whatever ended it.
  const ending = new AbortController();
  const step = <T>(work: Promise<T>, what: () => string) => untilStalled(work, what, options);
  try {
    const requestSignal = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal;
    const request = { signal: requestSignal, ...(httpCache && { cache: httpCache }) };
    const response = checkResponse(
      await step(Promise.resolve(fetch(url, request)), () => 'the network failed'),
    );
    if (!response.ok) throw errorOfStatus(url, response);
    const { headers, type } = response;
    refuseHtml(url, headers.get('content-type') ?? '');
    const announced = headers.get('content-encoding') ? undefined : toSize(headers.get('content-length'));
    options.onAnswer?.();
    const bytes = await readBody(response, expectedBytes ?? announced, options, step);
    // A compressed body's content-length is another, and only an answer of the page's own origin surely shows that it was
    // compressed: CORS hides the header, and a service worker or a caller's fetch may have lost it.
    if (type === 'basic' && !hasServiceWorker() && announced !== undefined && bytes.length < announced)
      throw new TransientError(`the body broke off after ${bytes.length} of ${announced} bytes`);
    if (bytes.length === 0) throw new TransientError('the body is empty');
    refuseStandIn(url, bytes);
    if (expectedBytes !== undefined && bytes.length !== expectedBytes) {
      throw new RerankError(
        'integrity',
        `${withoutQuery(url)} has ${bytes.length} bytes, its manifest says ${expectedBytes}. Publish the folder again ` +
          'as a whole.',
      );
    }
    return { bytes, headers, url: response.url };
  } catch (error) {
    ending.abort();
    throw error;
  }
}

/** Waits for a step of a try. What the network or the host does wrong is transient; the rest is passed on as it is. */
async function untilStalled<T>(
  work: Promise<T>,
  what: () => string,
  { signal, stallTimeout = STALL_TIMEOUT }: FetchOptions,
): Promise<T> {
  const late = () => new TransientError(`${what()}: nothing came for ${stallTimeout} ms`);
  try {
    return await inTime(work, stallTimeout, late, signal);
  } catch (cause) {
    if (isAbort(cause, signal) || cause instanceof RerankError || cause instanceof TransientError)
      throw cause;
    throw new TransientError(`${what()} (${String(cause)})`, 0, { cause });
  }
}

/** Fills one buffer where the size is known, so that a model is never in memory twice. */
async function readBody(
  response: Response,
  total: number | undefined,
  { onBytes }: FetchOptions,
  step: <T>(work: Promise<T>, what: () => string) => Promise<T>,
): Promise<Uint8Array> {
  let buffer = allocate(total ?? 0);
  let loaded = 0;
  // A size that turns out to be the compressed one is no total.
  const tell = () => onBytes?.(loaded, total !== undefined && loaded > total ? undefined : total);
  tell();
  for (const reader = response.body?.getReader(); reader;) {
    const { done, value } = await step(reader.read(), () => `the body broke off after ${loaded} bytes`);
    if (done) break;
    if (loaded + value.length > buffer.length) {
      const larger = new Uint8Array(Math.max(loaded + value.length, buffer.length * 2));
      larger.set(buffer);
      buffer = larger;
    }
    buffer.set(value, loaded);
    loaded += value.length;
    tell();
  }
  return loaded === buffer.length ? buffer : buffer.slice(0, loaded);
}

/** A header may announce more than there is memory for. */
function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch {
    return new Uint8Array(0);
  }
}

function checkResponse(response: Response): Response {
  // A `fetch` of the caller's own can give anything.
  if (typeof (response as Partial<Response> | undefined)?.headers?.get === 'function') return response;
  throw new RerankError('invalid-input', 'The option fetch gave no Response. It must do what fetch() does.');
}

/** Whether answers may be a service worker's: the browser passes them on as the page's own origin's. */
function hasServiceWorker(): boolean {
  const { navigator } = globalThis as { navigator?: { serviceWorker?: { controller: unknown } } };
  return Boolean(navigator?.serviceWorker?.controller);
}

/** A size out of a header; undefined for anything but a whole number. */
function toSize(header: string | null): number | undefined {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
