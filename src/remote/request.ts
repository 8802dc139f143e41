import { abortError, isAbort, RerankError } from '../errors.js';
import { retryAfter, TransientError, withoutQuery } from '../model/answer.js';
import { inTime, wait } from '../model/time-limit.js';

/** Where a request goes, and how long it may take. */
export interface Endpoint {
  /** The whole URL. */
  readonly url: string;
  /** Headers of the caller's own. */
  readonly headers: Headers;
  /** The `fetch` to use. */
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds that each try may take. */
  readonly timeout: number;
  /** Tries after the first. */
  readonly retries: number;
  /** Milliseconds before the second try, doubled for each further one. */
  readonly retryDelay: number;
}

/** The server takes fewer texts at once, or shorter ones. */
export class TooLargeError extends RerankError {
  /** @param message - for a request that cannot be made smaller */
  constructor(message: string) {
    super('request-failed', message);
  }
}

/** A try that took too long. */
class LateError extends TransientError {}

/** A caller waits for the answer, so a server that wants a longer pause is told of at once. */
const LONGEST_WAIT = 60_000;

/** Too busy, starting, or a proxy without its server: the same request may succeed. */
const TRANSIENT: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/** Characters of the server's own words that an error repeats. */
const SHOWN_CHARACTERS = 300;

/**
 * Sends JSON and reads JSON. What the network or a busy server does is tried again, after the time that Retry-After states.
 *
 * @throws RerankError `unauthorized`, `not-found`, `unexpected-html`, `timeout`, `request-failed` ({@link TooLargeError} for 413 and
 *   422), `invalid-answer`; an `AbortError` as soon as `signal` is aborted
 */
export async function postJson(endpoint: Endpoint, body: unknown, signal: AbortSignal): Promise<unknown> {
  const { retries, retryDelay } = endpoint;
  for (let attempt = 0; ; attempt++) {
    try {
      return await postOnce(endpoint, body, signal);
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      if (!(error instanceof TransientError)) throw error;
      const { message, cause = error, waitAtLeast } = error;
      const shown = withoutQuery(endpoint.url);
      if (waitAtLeast > LONGEST_WAIT) {
        const seconds = Math.ceil(waitAtLeast / 1000);
        const text = `${shown}: ${message}, and wants ${seconds} seconds to pass before the next request.`;
        throw new RerankError('request-failed', text, { cause });
      }
      if (attempt >= retries) {
        const tries = `${attempt + 1} ${attempt ? 'tries' : 'try'}`;
        const code = error instanceof LateError ? 'timeout' : 'request-failed';
        throw new RerankError(code, `${shown} gave no scores after ${tries}: ${message}.`, { cause });
      }
      const backoff = retryDelay * 2 ** attempt * (1 + Math.random() / 4);
      await wait(Math.min(Math.max(backoff, waitAtLeast), LONGEST_WAIT), signal);
    }
  }
}

async function postOnce(endpoint: Endpoint, body: unknown, signal: AbortSignal): Promise<unknown> {
  const { url, fetch, timeout } = endpoint;
  const ending = new AbortController(); // ends the request when the try is over, whatever ended it
  const headers = new Headers(endpoint.headers);
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  const init = {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.any([signal, ending.signal]),
  };
  const exchange = async () => {
    const response = await fetch(url, init);
    return { response, text: await response.text() };
  };
  try {
    const late = () => new LateError(`no answer came within ${timeout} ms`);
    const { response, text } = await inTime(exchange(), timeout, late, signal);
    if (!response.ok) throw errorOfStatus(url, response, text);
    return parse(url, text);
  } catch (error) {
    ending.abort();
    if (isAbort(error, signal) || error instanceof RerankError || error instanceof TransientError)
      throw error;
    throw new TransientError(networkMessage(error), 0, { cause: error });
  }
}

/** Browsers give one and the same error for a server that is away and for one that does not allow the page's requests. */
function networkMessage(error: unknown): string {
  const isPage = 'document' in globalThis || 'WorkerGlobalScope' in globalThis;
  const cors =
    'the network failed, or the server does not allow requests from this page (CORS: its answers, also to OPTIONS, need ' +
    'Access-Control-Allow-Origin, and Access-Control-Allow-Headers with content-type and the names in headers)';
  return `${isPage ? cors : 'the network failed'} (${String(error)})`;
}

function errorOfStatus(url: string, { status, headers }: Response, text: string): Error {
  const words = serverWords(text);
  if (TRANSIENT.includes(status))
    return new TransientError(`the server answered ${status}${words}`, retryAfter(headers));
  const shown = withoutQuery(url);
  if (status === 401 || status === 403) {
    const advice = 'Check the key in the option headers, and what it may be used for.';
    return new RerankError('unauthorized', `${shown} refused the request (${status})${words}. ${advice}`);
  }
  if (status === 404 || status === 405) {
    const advice =
      'Check the options url and api: a url with a path is taken as it is. A server may also need a switch to rerank ' +
      '(--reranking in llama.cpp), or not know the model.';
    return new RerankError('not-found', `${shown} takes no such requests (${status})${words}. ${advice}`);
  }
  if (status === 413 || status === 422) {
    const advice = 'Even a single text is refused: shorten the texts, or have the server take longer ones.';
    return new TooLargeError(`${shown} refused the request (${status})${words}. ${advice}`);
  }
  return new RerankError('request-failed', `${shown} answered ${status}${words}.`);
}

function parse(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const shown = withoutQuery(url);
    if (/^\s*</.test(text)) {
      const message = `${shown} gave a web page, not scores. Check the option url: is it the endpoint itself?`;
      throw new RerankError('unexpected-html', message);
    }
    throw new RerankError('invalid-answer', `The answer of ${shown} is no JSON.`, { cause });
  }
}

/** What the server says itself, for people: the usual fields of an error, else the text. */
function serverWords(text: string): string {
  const words = /^\s*</.test(text) ? '' : (messageIn(text) ?? text).trim();
  return words === '' ? '' : `: ${JSON.stringify(words.slice(0, SHOWN_CHARACTERS))}`;
}

function messageIn(text: string): string | undefined {
  try {
    let value: unknown = JSON.parse(text);
    for (let depth = 0; depth < 3 && typeof value === 'object' && value !== null; depth++) {
      const { error, message, detail } = value as Record<string, unknown>;
      value = message ?? error ?? detail;
    }
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
