import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RerankError } from '../errors.js';
import { withoutQuery } from '../model/answer.js';
import type { ModelSource } from '../model/source.js';

/** Redirects that are followed: the Hub sends to its store, and that may send on. */
const MOST_REDIRECTS = 5;

/** What hosts say of a file beside its content. */
interface Stated {
  /** sha256 in hex, where the host is a Hub and the file one of its large ones. */
  sha256: string | undefined;
  /** The commit that the file is of. */
  commit: string | undefined;
}

/** A file in the folder. */
export interface PulledFile {
  /** sha256 in hex. */
  sha256: string;
  /** Size. */
  bytes: number;
}

/**
 * A folder that a model is downloaded into. Its `fetch` writes what comes in to a `.part` file beside the file's place, and only
 * `keep` makes a file of it, once the caller has found it right. A part whose sha256 the host states is gone on with, by a
 * Range request, and held to that hash as a whole; any other begins anew.
 */
export class PullFolder {
  /** Every file that was kept. */
  readonly files = new Map<string, PulledFile>();
  readonly #parts = new Map<string, { part: string; sha256: string }>();
  #commit: string | undefined;

  /** @param path - the folder, which need not exist yet. @param source - where the files are */
  constructor(
    readonly path: string,
    private readonly source: ModelSource,
  ) {}

  /** `fetch` for the files of the source. @throws RerankError `integrity`, `download-failed`, `output-failed` */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const file = decodeURIComponent(
      url.slice(this.source.baseUrl.length, url.length - this.source.query.length),
    );
    const target = join(this.path, file);
    const { response, stated, from, part } = await this.#ask(url, target, init?.signal ?? undefined);
    if (!response) return answer(this.#read(file, part), stated, await sizeOf(part));
    if (!response.ok) return response;
    const total = totalOf(response, from);
    return answer(this.#write(file, { url, response, stated, from, part, total }), stated, total, response);
  };

  /** Makes a file of what was read. @param bytes - its content, for a file that came in several parts of its own */
  async keep(file: string, bytes: Uint8Array): Promise<void> {
    const target = join(this.path, file);
    const read = this.#parts.get(file);
    if (!read) await this.write(file, bytes);
    else if (read.part !== target) await writing(target, () => rename(read.part, target));
    const sha256 = read?.sha256 ?? createHash('sha256').update(bytes).digest('hex');
    this.files.set(file, { sha256, bytes: bytes.length });
  }

  /** Writes a file of our own. */
  async write(file: string, content: string | Uint8Array): Promise<void> {
    const target = join(this.path, file);
    await writing(target, async () => {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(`${target}.part`, content);
      await rename(`${target}.part`, target);
    });
  }

  /** Removes what earlier, broken runs have left. */
  async removeParts(): Promise<void> {
    const names = await readdir(this.path, { recursive: true });
    await Promise.all(
      names
        .filter((name) => name.endsWith('.part'))
        .map((name) => rm(join(this.path, name), { force: true })),
    );
  }

  /** Follows redirects by hand, since what the Hub states stands in the first answer. No response: `part` is the whole file. */
  async #ask(url: string, target: string, signal: AbortSignal | undefined) {
    const stated: Stated = { sha256: undefined, commit: undefined };
    let at = url;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const part = partOf(target, stated);
      const from = stated.sha256 ? await sizeOf(part) : 0;
      const headers = { 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) };
      const response = await fetch(at, { redirect: 'manual', headers, ...(signal && { signal }) });
      this.#note(stated, response.headers);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) {
        if (response.status === 416) await rm(part, { force: true }); // the next try begins anew
        if (response.status === 416) throw new Error('the host has no rest of the part that is here');
        return { response, stated, from: response.status === 206 ? from : 0, part };
      }
      await response.body?.cancel();
      for (const here of stated.sha256 ? [target, partOf(target, stated)] : [])
        if ((await hashOfFile(here)) === stated.sha256)
          return { response: undefined, stated, from: 0, part: here };
      at = new URL(location, at).href;
    }
    throw new RerankError(
      'download-failed',
      `${withoutQuery(url)} is redirected more than ${MOST_REDIRECTS} times.`,
    );
  }

  #note(stated: Stated, headers: Headers): void {
    if (!this.source.onHub) return;
    const [etag] = /[0-9a-f]{64}/.exec(headers.get('x-linked-etag') ?? '') ?? [];
    stated.sha256 ??= etag;
    stated.commit ??= headers.get('x-repo-commit') ?? undefined;
    this.#commit ??= stated.commit;
    if (stated.commit === undefined || stated.commit === this.#commit) return;
    throw new RerankError(
      'download-failed',
      `${this.source.name} was changed while it was downloaded (${this.#commit}, then ${stated.commit}): pull it again.`,
    );
  }

  /** A file that is here already. */
  async *#read(file: string, part: string): AsyncGenerator<Uint8Array, void> {
    const hash = createHash('sha256');
    yield* hashed(createReadStream(part), hash);
    this.#parts.set(file, { part, sha256: hash.digest('hex') });
  }

  /** The part that is here, then what comes in, which is added to it. */
  async *#write(
    file: string,
    {
      url,
      response,
      stated,
      from,
      part,
      total,
    }: {
      url: string;
      response: Response;
      stated: Stated;
      from: number;
      part: string;
      total: number | undefined;
    },
  ): AsyncGenerator<Uint8Array, void> {
    const hash = createHash('sha256');
    if (from > 0) yield* hashed(createReadStream(part), hash);
    const handle = await writing(part, async () => {
      await mkdir(dirname(part), { recursive: true });
      return open(part, from > 0 ? 'a' : 'w');
    });
    let bytes = from;
    try {
      for await (const chunk of hashed(response.body ?? [], hash)) {
        await writing(part, () => handle.write(chunk));
        bytes += chunk.length;
        yield chunk;
      }
    } finally {
      await handle.close();
    }
    if (total !== undefined && bytes < total)
      throw new Error(`the body broke off after ${bytes} of ${total} bytes`);
    const sha256 = hash.digest('hex');
    if (stated.sha256 !== undefined && sha256 !== stated.sha256) {
      await rm(part, { force: true });
      if (from > 0) throw new Error('the part that was here does not fit to what came in');
      throw new RerankError(
        'integrity',
        `${withoutQuery(url)} came in wrong: its sha256 is ${sha256}, the host states ${stated.sha256}. Nothing was kept.`,
      );
    }
    this.#parts.set(file, { part, sha256 });
  }
}

/** Where a file lies while it comes in: under its hash, so that no part of another version is gone on with. */
function partOf(target: string, { sha256 }: Stated): string {
  return `${target}${sha256 === undefined ? '' : `.${sha256.slice(0, 12)}`}.part`;
}

/** What the loader takes for the host's answer. */
function answer(
  body: AsyncGenerator<Uint8Array, void>,
  { commit }: Stated,
  total: number | undefined,
  response?: Response,
): Response {
  const headers = new Headers();
  const type = response?.headers.get('content-type');
  if (type) headers.set('content-type', type);
  if (total !== undefined) headers.set('content-length', String(total));
  if (commit !== undefined) headers.set('x-repo-commit', commit);
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await body.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void (await body.return(undefined)),
  });
  return new Response(stream, { headers });
}

async function* hashed(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  hash: Hash,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

async function hashOfFile(path: string): Promise<string | undefined> {
  if (!(await stat(path).catch(() => undefined))?.isFile()) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The size of the whole file; undefined where the host does not say it, or has compressed the body all the same. */
function totalOf({ headers }: Response, from: number): number | undefined {
  const length = headers.get('content-length');
  if (length === null || headers.get('content-encoding') !== null) return undefined;
  return from + Number(length);
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Writes. @throws RerankError `output-failed` where that fails, as on a full disk */
async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new RerankError(
      'output-failed',
      `${path} could not be written: ${cause instanceof Error ? cause.message : String(cause)}. What has come in so far is ` +
        'kept: free some space, and the same command goes on from there.',
      { cause },
    );
  }
}
