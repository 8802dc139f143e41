/**
 * Where an evaluation's files come from: a dropped folder, the Hub, or (in the terminal) the disk. Everything above
 * this file works over byte streams only, so that all three share one reader.
 */
import { RerankError } from '../errors.js';

/** A folder of named byte streams. Paths are relative, with `/`, as in `qrels/test.tsv`. */
export interface FileSource {
  /** The folder's name for messages. */
  readonly name: string;
  /**
   * Opens a file.
   *
   * @returns its bytes, or undefined when there is no such file.
   */
  open(path: string, signal?: AbortSignal): Promise<ByteStream | undefined>;
}

/** Bytes in chunks of any size: a web stream (`blob.stream()`, `response.body`) or anything iterable (a Node stream). */
export type ByteStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * A source over files that were dropped or picked in a page.
 *
 * @param files - paths with their blobs. When all share one top folder (as `webkitRelativePath` has it), that folder
 * is left out of the paths.
 * @param name - for messages; default the shared top folder, or 'the dropped files'.
 */
export function blobSource(files: Iterable<readonly [string, Blob]>, name?: string): FileSource {
  const entries = [...files];
  const tops = new Set(entries.map(([path]) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')));
  const [top = ''] = tops.size === 1 ? tops : [];
  const blobs = new Map(entries.map(([path, blob]) => [top ? path.slice(top.length + 1) : path, blob]));
  return {
    name: name ?? (top || 'the dropped files'),
    open: (path) => Promise.resolve(blobs.get(path)?.stream()),
  };
}

/** Options of {@link fetchSource}. */
export interface FetchSourceOptions {
  /** The `fetch` to use; default the global one. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Sent with every request, an `authorization` for instance. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * A source over a folder that is served by HTTP.
 *
 * @param baseUrl - the folder's absolute URL; a `/` is added at the end where it lacks one.
 * @throws RerankError from `open`: `unauthorized` (401, 403), `download-failed` (another status or no network) or
 * `unexpected-html` (a page in the place of the file). A 404 is an absent file.
 */
export function fetchSource(baseUrl: string, options: FetchSourceOptions = {}): FileSource {
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
  return {
    name: base,
    async open(path, signal) {
      const url = new URL(path, base).href;
      const response = await request(url, options, signal);
      if (response.status === 404) return undefined;
      if (response.status === 401 || response.status === 403) {
        throw new RerankError(
          'unauthorized',
          `${url} answered ${response.status}: sign in, or pass a token in the headers, if the data set is gated.`,
        );
      }
      if (!response.ok || !response.body) {
        throw new RerankError(
          'download-failed',
          `${url} answered ${response.status}: expected 200 with a body.`,
        );
      }
      if (response.headers.get('content-type')?.startsWith('text/html')) {
        throw new RerankError('unexpected-html', `${url} answered with a web page: expected a data file.`);
      }
      return response.body;
    },
  };
}

async function request(url: string, options: FetchSourceOptions, signal?: AbortSignal): Promise<Response> {
  const { fetch = globalThis.fetch, headers } = options;
  try {
    return await fetch(url, { ...(headers && { headers }), ...(signal && { signal }) });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new RerankError('download-failed', `${url} could not be fetched: is there a network?`, { cause });
  }
}

/**
 * Opens the first of several paths that exists, each plain or, unless `packed` is false, with `.gz` behind.
 *
 * @throws RerankError `not-found` that names all of them when none does.
 */
export async function openFirst(
  source: FileSource,
  paths: readonly string[],
  signal?: AbortSignal,
  packed = true,
): Promise<{ path: string; bytes: ByteStream }> {
  for (const path of packed ? paths.flatMap((plain) => [plain, `${plain}.gz`]) : paths) {
    const bytes = await source.open(path, signal);
    if (bytes) return { path, bytes };
  }
  throw new RerankError(
    'not-found',
    `${source.name} has no ${paths.join(' or ')}${packed ? ' (nor one with .gz)' : ''}: it is needed for the evaluation.`,
  );
}
