import { RerankError } from '../errors.js';

/** A failure after which another try is worth it. */
export class TransientError extends Error {
  /** @param waitAtLeast - milliseconds that the host asks for */
  constructor(
    message: string,
    readonly waitAtLeast = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A URL for messages: a signed one's query is a secret. */
export const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '');

/** Statuses after which the same request may succeed. */
const isTransient = (status: number) => status === 408 || status === 429 || status >= 500;

/** Hosts answer so for a file that is not there: 404; 401 or 403 (S3, CloudFront, the Hub); their own page. */
export function meansAbsent(error: unknown): error is RerankError {
  return (
    error instanceof RerankError && ['not-found', 'unauthorized', 'unexpected-html'].includes(error.code)
  );
}

/** What a status other than 200 means. */
export function errorOfStatus(url: string, { status, type, headers }: Response): Error {
  if (isTransient(status)) return new TransientError(`the host answered ${status}`, retryAfter(headers));
  const shown = withoutQuery(url);
  if (status === 404 || status === 410) {
    return new RerankError(
      'not-found',
      `${shown} is not there (${status}). Check the model's name and the folder's files.`,
    );
  }
  if (status === 401 || status === 403) {
    return new RerankError(
      'unauthorized',
      `${shown} was refused (${status}): it is not there (S3, CloudFront and the Hub may answer so), or the model is ` +
        'private or gated. Check the folder, serve it yourself, or pass a `fetch` that adds the authorisation.',
    );
  }
  const why =
    type === 'opaque' || type === 'opaqueredirect'
      ? 'the answer cannot be read (no CORS, or a redirect that was not followed)'
      : `the host answered ${status}`;
  return new RerankError('download-failed', `${shown} could not be downloaded: ${why}.`);
}

/** Milliseconds out of Retry-After: seconds, or a date. */
export function retryAfter(headers: Headers): number {
  const value = headers.get('retry-after');
  if (!value) return 0;
  const seconds = Number(value);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Math.max(milliseconds || 0, 0);
}

/** Refuses a web page by its media type. @throws RerankError `unexpected-html` */
export function refuseHtml(url: string, contentType: string): void {
  if (!/^\s*(?:text\/html|application\/xhtml)/i.test(contentType)) return;
  throw new RerankError(
    'unexpected-html',
    `${withoutQuery(url)} gave a web page, not a model file. Most often the server answers unknown paths with ` +
      'index.html: check that the folder is deployed there.',
  );
}

/**
 * Refuses what is not the file, whatever its media type says: a web page, a pointer of Git LFS, nothing at all.
 * @throws RerankError `unexpected-html`, `invalid-data`
 */
export function refuseStandIn(url: string, bytes: Uint8Array): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 64));
  if (/^\s*<(?:!doctype html|html)/i.test(start)) refuseHtml(url, 'text/html');
  if (start.startsWith('version https://git-lfs')) {
    throw new RerankError(
      'invalid-data',
      `${withoutQuery(url)} is a Git LFS pointer, not the file itself. Fetch the files before publishing (git lfs ` +
        'install, git lfs pull); GitHub Pages and raw.githubusercontent.com serve pointers only, so commit the file ' +
        'without LFS there.',
    );
  }
}
