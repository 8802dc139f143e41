import { RerankError } from '../errors.js';
import type { LoadProgress, RerankerInfo } from '../types.js';
import type { FileCache } from './cache.js';
import { fetchFile, type FetchedFile } from './fetch.js';
import { parseManifest, type Manifest } from './manifest.js';
import type { ModelSource } from './source.js';

/** What the loader needs from the caller. */
export interface LoadContext {
  /** The `fetch` to use. */
  fetch: typeof globalThis.fetch;
  /** Where verified files are kept. */
  cache: FileCache;
  /** Tries after the first. */
  retries: number;
  /** Milliseconds before the second try; tests shorten it. */
  retryDelay?: number | undefined;
  /** Told of every file's bytes. */
  onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** What is known of a weight file before it is fetched. */
export interface ExpectedFile {
  /** sha256 in hex, where known. */
  sha256?: string | undefined;
  /** Size, where known exactly. */
  bytes?: number | undefined;
}

/** The tokenizer, as the worker needs it. */
export interface ModelTexts {
  /** Text of tokenizer.json. */
  tokenizer: string;
  /** Text of tokenizer_config.json. */
  tokenizerConfig: string;
}

/** Reads the files of one model: from the cache where the revision is known, else from the network; always verified. */
export class ModelLoader {
  /** `reranker.json`, where the folder has one. */
  manifest: Manifest | undefined;
  /** Every file that was read. */
  readonly files: RerankerInfo['files'] = [];
  readonly #writes: Promise<void>[] = [];
  #config: Uint8Array | undefined;
  readonly #progress = new Map<string, { loaded: number; total: number | undefined }>();
  #revision: string | undefined;

  constructor(
    readonly source: ModelSource,
    private readonly context: LoadContext,
  ) {
    this.#revision = source.revision;
  }

  /** The revision whose files are read, where one is known; without it nothing is put into Cache Storage. */
  get revision(): string | undefined {
    return this.#revision;
  }

  /**
   * Finds out which files there are and which revision they are of: after this all can be read at once.
   * @throws RerankError as {@link fetchFile}, `invalid-data`
   */
  async begin(signal?: AbortSignal): Promise<void> {
    if (this.source.mayHaveManifest) await this.#readManifest(signal);
    // On the Hub a file's headers name the commit, which is the cache's key for all that follows.
    if (this.#revision === undefined) this.#config = await this.read('config.json', signal);
  }

  /**
   * Reads configuration and tokenizer.
   * @throws RerankError as {@link fetchFile}, `integrity`
   */
  async readTexts(signal?: AbortSignal): Promise<ModelTexts & { config: string }> {
    const [config, tokenizer, tokenizerConfig] = await Promise.all([
      this.#config ?? this.read('config.json', signal),
      this.read('tokenizer.json', signal),
      this.read('tokenizer_config.json', signal),
    ]);
    const decoder = new TextDecoder();
    return {
      config: decoder.decode(config),
      tokenizer: decoder.decode(tokenizer),
      tokenizerConfig: decoder.decode(tokenizerConfig),
    };
  }

  /** Settles when everything that was read so far is in the cache, or has turned out not to fit. */
  async written(): Promise<void> {
    await Promise.all(this.#writes.splice(0));
  }

  /** What is known of a file: from the manifest, else from the catalogue. */
  expected(file: string): ExpectedFile {
    const listed = this.manifest?.files[file];
    const known = Object.values(this.source.known).find(({ path }) => path === file);
    return { sha256: listed?.sha256 ?? known?.sha256, bytes: listed?.bytes };
  }

  /**
   * Reads one file and verifies it.
   * @throws RerankError as {@link fetchFile}; `integrity` when the hash differs, and then nothing is kept
   */
  async read(file: string, signal?: AbortSignal): Promise<Uint8Array> {
    const url = this.source.baseUrl + file;
    const { sha256, bytes: expectedBytes } = this.expected(file);
    const cached = this.#revision && (await this.context.cache.read(this.#key(url)));
    if (cached) {
      if (!sha256 || (await hashOf(cached)) === sha256) {
        this.#report(file, cached.length, cached.length, true);
        this.files.push({ file, bytes: cached.length, fromCache: true });
        return cached;
      }
      await this.context.cache.remove(this.#key(url));
    }
    const fetched = await fetchFile(url, {
      ...this.context,
      signal,
      expectedBytes,
      onBytes: (loaded, total) => this.#report(file, loaded, total, false),
    });
    const { bytes } = fetched;
    await verify(url, bytes, sha256);
    this.#revision ??= commitOf(fetched);
    // It need not be waited for: what goes in has been verified, and is copied before this returns.
    if (this.#revision) this.#writes.push(this.context.cache.write(this.#key(url), bytes));
    this.files.push({ file, bytes: bytes.length, fromCache: false });
    return bytes;
  }

  async #readManifest(signal: AbortSignal | undefined): Promise<void> {
    const url = `${this.source.baseUrl}reranker.json`;
    try {
      const { bytes } = await fetchFile(url, { ...this.context, signal });
      this.manifest = parseManifest(new TextDecoder().decode(bytes), url);
      this.#revision = this.manifest.revision;
      this.files.push({ file: 'reranker.json', bytes: bytes.length, fromCache: false });
    } catch (error) {
      // The manifest is optional, and a single-page app answers with its page where a file is missing.
      const absent = error instanceof RerankError && ['not-found', 'unexpected-html'].includes(error.code);
      if (!absent) throw error;
    }
  }

  /** Cache key: the URL with the revision, so that a new revision never meets old bytes. */
  #key(url: string): string {
    const key = new URL(url);
    key.searchParams.set('revision', this.#revision ?? '');
    return key.href;
  }

  #report(file: string, loaded: number, total: number | undefined, fromCache: boolean): void {
    this.#progress.set(file, { loaded, total });
    const all = [...this.#progress.values()];
    const totals = all.map((progress) => progress.total);
    // Before the weights have begun, a total would say that nearly nothing is nearly everything.
    const begun = [...this.#progress.keys()].some((path) => path.endsWith('.onnx'));
    this.context.onProgress?.({
      status: 'download',
      file,
      loaded,
      total,
      fromCache,
      loadedOverall: all.reduce((sum, progress) => sum + progress.loaded, 0),
      totalOverall:
        begun && totals.every((size) => size !== undefined)
          ? totals.reduce((sum, size) => sum + size, 0)
          : undefined,
    });
  }
}

/** The Hub names the commit in a header, or in the address that it redirects to. */
function commitOf({ headers, url }: FetchedFile): string | undefined {
  return headers.get('x-repo-commit') ?? /\/([0-9a-f]{40})\//.exec(url)?.[1];
}

async function verify(url: string, bytes: Uint8Array, sha256: string | undefined): Promise<void> {
  const actual = sha256 && (await hashOf(bytes));
  if (!actual || actual === sha256) return;
  throw new RerankError(
    'integrity',
    `${url} is not the file it should be: its sha256 is ${actual}, expected ${sha256}. Nothing was cached; download ` +
      'or publish the folder again.',
  );
}

/** sha256 in hex; undefined on insecure pages, which have no crypto: there size and self-check stand guard. */
async function hashOf(bytes: Uint8Array): Promise<string | undefined> {
  const { subtle } = globalThis.crypto as Partial<Crypto>;
  if (!subtle) return undefined;
  const digest = await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
