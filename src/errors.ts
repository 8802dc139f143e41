/**
 * What went wrong, as a literal that a program can branch on. docs/errors.md is made of these lines (`npm run docs:errors`).
 *
 * - `invalid-input`: an argument is of the wrong kind or out of range. Cure: pass what the message says was expected; it
 *   names the argument.
 * - `invalid-data`: a file that was given (passages, judgments, a manifest) is malformed. Cure: mend the file at the place
 *   that the message names, or publish the folder again as a whole.
 * - `unknown-model`: the `model` option names nothing that can be loaded. Cure: use a name of `CATALOGUE`, a Hub id
 *   (owner/name), or the URL of a folder.
 * - `unsupported-model`: the model was read, but cannot rank (more than one label, no logit, unknown tokenizer). Cure: take
 *   another model, or the option that the message names (`label`, `activation`).
 * - `unsupported-environment`: the browser or context lacks what was asked for (no workers, no WebGPU). Cure: rank where
 *   workers are (a page, an offscreen document, Node), serve the page over http, or leave `device` to `auto`.
 * - `not-found`: a file of the model, or a remote reranker's endpoint, is not there (404). Cure: check the name and the
 *   address in the message; the package's own models must be copied to the site (`npx browser-reranker assets`).
 * - `unauthorized`: the host refused the file or the request (401 or 403; a gated or private model, a missing key). Cure:
 *   serve the files yourself, or pass a `fetch` or `headers` with the authorisation.
 * - `unexpected-html`: a page came instead of a model file (single-page-app fallback, a login page). Cure: check the
 *   address, and that the server does not answer missing files with the app's own page.
 * - `download-failed`: the network or the host failed, after the retries. Cure: check the network, the host and its CORS
 *   headers; raise `retries` or `stallTimeout` for slow ones.
 * - `integrity`: the bytes are not the ones the manifest promises; nothing was cached. Cure: publish the folder again as a
 *   whole, and empty the caches between (CDN, service worker).
 * - `worker-failed`: the worker could not be started or crashed. Cure: see the message and its cause: a policy (CSP
 *   `worker-src`), a bundler that moved the worker, or too little memory (lower `batchTokens`).
 * - `timeout`: the worker did not start or open the model in time, or a remote reranker's server did not answer in time.
 *   Cure: raise `timeout`, or lower `batchTokens` or `maxLength` on slow devices.
 * - `backend-failed`: the runtime could not open the model; with no attempt left, the message lists them all. Cure: read the
 *   attempts in the message: often the runtime's `.wasm` is not where it should be (`runtimeUrl`).
 * - `self-check-failed`: the model opened, but its scores differ from the stored ones. Cure: nothing at first, since another
 *   backend is tried; if none holds, report it with `info.attempts`: this device computes wrongly.
 * - `device-lost`: the GPU went away. Cure: nothing at first, since WASM takes over; with a forced `device: 'webgpu'` create
 *   another reranker.
 * - `run-failed`: the runtime failed while scoring. Cure: lower `batchTokens` or `maxLength`; the device may be out of
 *   memory.
 * - `unsupported-request`: a remote reranker was asked for what its server cannot give (raw scores, another activation,
 *   windows). Cure: leave the option out, or use a server or a local reranker that can give it.
 * - `request-failed`: a remote reranker's server could not be reached, refused the request, or failed, after the retries.
 *   Cure: check the URL, the key and the server; the message has its answer.
 * - `invalid-answer`: a remote reranker's server answered, but not with one score for each text. Cure: check that `api`
 *   names the server's kind, and the server's version.
 * - `output-failed`: the terminal could not write its output or its results file (a full disk). Cure: make room on the disk,
 *   or write elsewhere.
 * - `disposed`: the reranker was used after `dispose()`. Cure: create another with `createReranker()`, and dispose only what
 *   nobody uses any more.
 */
export type RerankErrorCode =
  | 'invalid-input'
  | 'invalid-data'
  | 'unknown-model'
  | 'unsupported-model'
  | 'unsupported-environment'
  | 'not-found'
  | 'unauthorized'
  | 'unexpected-html'
  | 'download-failed'
  | 'integrity'
  | 'worker-failed'
  | 'timeout'
  | 'backend-failed'
  | 'self-check-failed'
  | 'device-lost'
  | 'run-failed'
  | 'unsupported-request'
  | 'request-failed'
  | 'invalid-answer'
  | 'output-failed'
  | 'disposed';

/** Marks every error of this package, whichever copy of it made the error. */
const BRAND = Symbol.for('browser-reranker.RerankError');

/**
 * Every failure of this package other than a cancellation (which is an `AbortError`). The message says what was
 * wrong, what was expected and what to do; `code` is for programs.
 */
export class RerankError extends Error {
  /** Always `RerankError`, also after a minifier. */
  override readonly name = 'RerankError';

  static {
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  /**
   * Whether anything is an error of this package. It also knows the errors of another copy of the package (a bundle that holds
   * two versions, a script tag beside a module) and of another window, where `instanceof` says no.
   */
  static is(value: unknown): value is RerankError {
    try {
      return typeof value === 'object' && value !== null && BRAND in value;
    } catch {
      return false; // a proxy that throws
    }
  }

  /** @param code - for programs. @param message - for people. @param options - `cause`: the error underneath. */
  constructor(
    /** What went wrong, for programs. */
    readonly code: RerankErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An error as plain data, so that it survives the worker boundary with its code and causes. */
export interface ErrorData {
  /** The error's class name (`RerankError`, `AbortError`, `TypeError`, …). */
  name: string;
  /** The error's message. */
  message: string;
  /** Set when it was a {@link RerankError}. */
  code?: RerankErrorCode;
  /** The error underneath, if any. */
  cause?: ErrorData;
}

/** Causes that cross the boundary: a chain may be a circle. */
const MOST_CAUSES = 8;

/** Turns anything thrown into {@link ErrorData}. `fallback` is the code for what is not a {@link RerankError}. */
export function errorToData(error: unknown, fallback?: RerankErrorCode, causes = MOST_CAUSES): ErrorData {
  if (!(error instanceof Error)) {
    return { name: 'RerankError', message: messageOf(error), ...(fallback && { code: fallback }) };
  }
  const code = RerankError.is(error) ? error.code : error.name === 'AbortError' ? undefined : fallback;
  return {
    name: error.name,
    message: error.message,
    ...(code && { code }),
    ...(error.cause !== undefined &&
      causes > 0 && { cause: errorToData(error.cause, undefined, causes - 1) }),
  };
}

/** What an error says; anything can be thrown, also what cannot be made a text. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'an object was thrown';
  }
}

/** Rebuilds an error from {@link ErrorData}: a {@link RerankError} where a code is known, else an `Error` of that name. */
export function errorFromData(data: ErrorData): Error {
  const options = data.cause ? { cause: errorFromData(data.cause) } : undefined;
  if (data.code) return new RerankError(data.code, data.message, options);
  if (data.name === 'AbortError') return new DOMException(data.message, 'AbortError');
  const error = new Error(data.message, options);
  error.name = data.name;
  return error;
}

/**
 * The error to reject with when `signal` is aborted: always an `AbortError`, whose `cause` is the caller's own reason where
 * one was given (a timeout, an error, a text). Only a {@link RerankError} is passed on as it is.
 */
export function abortError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (RerankError.is(reason)) return reason;
  const isPlain = reason instanceof Error && reason.name === 'AbortError' && !reason.cause;
  const message = reason instanceof Error ? reason.message : typeof reason === 'string' ? reason : '';
  const error = new DOMException(message || 'The operation was cancelled.', 'AbortError');
  return isPlain ? error : Object.defineProperty(error, 'cause', { value: reason, configurable: true });
}

/** Goes on unless `signal` is aborted. @throws what {@link abortError} gives */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** True for a cancellation, which is passed on as it is and never retried. */
export function isAbort(error: unknown, signal?: AbortSignal): boolean {
  return (error instanceof Error && error.name === 'AbortError') || (signal?.aborted ?? false);
}
