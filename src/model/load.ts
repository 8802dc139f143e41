import { RerankError } from '../errors.js';
import type { LoadProgress, RerankerInfo } from '../types.js';
import { meansAbsent, withoutQuery } from './answer.js';
import type { FileCache } from './cache.js';
import { withCure } from './carried.js';
import { fetchFile, type FetchOptions } from './fetch.js';
import { pastBadCopy, verify } from './hash.js';
import { isOutOfReach, readLastVisit, SHORT_STALL, writeLastVisit } from './last-visit.js';
import { parseManifest, type Manifest } from './manifest.js';
import { fetchParts } from './parts.js';
import { DownloadProgress } from './progress.js';
import { SAVED_FILES } from './sentence-transformers.js';
import type { SettingsTexts } from './settings.js';
import { commitOf, fileUrl, type ModelSource } from './source.js';
import { FileStore } from './store.js';

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
  /** Milliseconds without a byte after which a try is given up. */
  stallTimeout?: number | undefined;
  /** Ask the host whether its files are new, whatever the browser's HTTP cache says. */
  revalidate?: boolean | undefined;
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

/** Tokenizer and configuration, as the worker needs them. */
export interface ModelTexts {
  /** Text of tokenizer.json. */
  tokenizer: string;
  /** Text of tokenizer_config.json. */
  tokenizerConfig: string;
  /** Text of config.json. */
  config: string;
}

/** Configuration and tokenizer on their way. */
export interface TextsUnderway {
  /** Settles when the host has answered that all of them are there; their bodies are still coming. */
  answered: Promise<unknown>;
  /** The texts themselves. */
  texts: Promise<ModelTexts & SettingsTexts>;
}

/** Reads the files of one model: from the cache where the revision is known, else from the network; always verified. */
export class ModelLoader {
  /** `reranker.json`, where the folder has one. */
  manifest: Manifest | undefined;
  readonly #store: FileStore;
  readonly #files = new Map<string, RerankerInfo['files'][number]>();
  readonly #progress: DownloadProgress;
  #config: Uint8Array | undefined;
  #revision: string | undefined;
  #manifestText: string | undefined;
  #visitKept: Promise<void> | undefined;
  /** Where the host is out of reach, the files there are: those of the last visit. */
  #readBefore: ReadonlySet<string> | undefined;

  constructor(
    readonly source: ModelSource,
    /** How files are read. */
    readonly context: LoadContext,
  ) {
    this.#revision = source.revision;
    this.#store = new FileStore(context.cache);
    this.#progress = new DownloadProgress(context.onProgress);
  }

  /** The revision whose files are read, where one is known; without it nothing is put into Cache Storage. */
  get revision(): string | undefined {
    return this.#revision;
  }

  /** Every file that was read, each once, in the order in which they were complete. */
  get files(): RerankerInfo['files'] {
    return [...this.#files.values()];
  }

  /**
   * Finds out which files there are and which revision they are of: after this all can be read at once.
   * @throws RerankError as {@link fetchFile}, `invalid-data`
   */
  async begin(signal?: AbortSignal): Promise<void> {
    const { cache, stallTimeout = Infinity } = this.context;
    const last = await readLastVisit(cache, this.source);
    if (!last) return this.#begin(this.context, signal);
    const brief = { ...this.context, retries: 0, stallTimeout: Math.min(stallTimeout, SHORT_STALL) };
    try {
      await this.#begin(brief, signal);
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      if (last.manifest !== undefined) this.#takeManifest(last.manifest, true);
      else this.#readBefore = new Set(last.files);
      this.#revision = last.revision;
    }
  }

  async #begin(context: LoadContext, signal?: AbortSignal): Promise<void> {
    if (this.source.mayHaveManifest) await this.#readManifest(context, signal);
    // On the Hub a file's headers name the commit, which is the cache's key for all that follows.
    if (this.#revision === undefined)
      this.#config = await this.read('config.json', signal, undefined, context);
  }

  /** Begins to read configuration and tokenizer. Both promises reject with a RerankError as {@link ModelLoader.read}. */
  readTexts(signal?: AbortSignal): TextsUnderway {
    const answers: Promise<void>[] = [];
    const read = (file: string) => {
      let there: () => void = () => undefined;
      const answer = new Promise<void>((resolve) => (there = resolve));
      const bytes = this.read(file, signal, there);
      answers.push(Promise.race([answer, bytes.then(() => undefined)]));
      return bytes;
    };
    const config = this.#config ?? read('config.json');
    const all = Promise.all([
      config,
      read('tokenizer.json'),
      read('tokenizer_config.json'),
      this.#readSaved(signal),
    ]);
    const answered = Promise.all(answers);
    answered.catch(() => undefined); // `texts` tells it too
    const decoder = new TextDecoder();
    const texts = all.then(([config, tokenizer, tokenizerConfig, saved]) => ({
      config: decoder.decode(config),
      tokenizer: decoder.decode(tokenizer),
      tokenizerConfig: decoder.decode(tokenizerConfig),
      savedModel: saved.model && decoder.decode(saved.model),
      savedTransformer: saved.transformer && decoder.decode(saved.transformer),
    }));
    return { answered, texts };
  }

  /** The second file is worth asking for only where the first is there. */
  async #readSaved(signal?: AbortSignal): Promise<{ model?: Uint8Array; transformer?: Uint8Array }> {
    const model = await this.readOptional(SAVED_FILES.model, signal);
    const transformer = model && (await this.readOptional(SAVED_FILES.transformer, signal));
    return { ...(model && { model }), ...(transformer && { transformer }) };
  }

  /** What is known of a file: from the manifest, else from the catalogue. */
  expected(file: string): ExpectedFile {
    const listed = this.manifest?.files[file];
    const { known, texts } = this.source;
    const weights = Object.values(known).find(({ path }) => path === file);
    return { sha256: listed?.sha256 ?? weights?.sha256 ?? texts[file], bytes: listed?.bytes };
  }

  /**
   * Reads one file and verifies it.
   * @param onAnswer - told as soon as it is sure that the file is there
   * @throws RerankError as {@link fetchFile}; `integrity` when the hash differs, and then nothing is kept
   */
  async read(
    file: string,
    signal?: AbortSignal,
    onAnswer?: () => void,
    context = this.context,
  ): Promise<Uint8Array> {
    if (this.#readBefore && !this.#readBefore.has(file)) {
      throw new RerankError('not-found', `${file} was not there before, and the host is out of reach.`);
    }
    const { sha256, bytes: expectedBytes } = this.expected(file);
    const cached = this.#revision && (await this.#store.read(this.#key(file), sha256));
    if (cached) {
      onAnswer?.();
      this.#progress.report(file, cached.length, cached.length, true);
      this.#note(file, cached, true);
      return cached;
    }
    const url = fileUrl(this.source, file);
    const download = async (httpCache?: RequestCache) => {
      const options: FetchOptions = {
        ...context,
        signal,
        expectedBytes,
        onAnswer,
        httpCache,
        onBytes: (loaded, total) => this.#progress.report(file, loaded, total, false),
      };
      const bytes = await this.#fetch(file, options);
      await verify(url, bytes, sha256);
      return bytes;
    };
    const bytes = await pastBadCopy(download, this.context.revalidate ? 'no-cache' : undefined);
    this.#progress.report(file, bytes.length, bytes.length, false); // hosts that compress name no size, or another
    // It need not be waited for: the bytes are copied before this returns.
    if (this.#revision) this.#store.write(this.#key(file), bytes, sha256);
    this.#note(file, bytes, false);
    return bytes;
  }

  /**
   * Reads a file that a folder need not have. A manifest lists every file there is, and the catalogue's commits are known:
   * there nothing is asked for in vain.
   * @returns undefined where the host says in one way or another that it is not there
   * @throws RerankError as {@link ModelLoader.read}
   */
  async readOptional(file: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    if (this.manifest ? !this.manifest.files[file] : this.source.isKnown) return undefined;
    try {
      return await this.read(file, signal);
    } catch (error) {
      if (meansAbsent(error) && !this.manifest?.files[file]) return undefined;
      throw error;
    }
  }

  /** The self-check has passed: what was read counts from now on, but for the weights of attempts that failed. */
  confirm(): void {
    this.#store.confirm([...this.#files.keys()].map((file) => this.#key(file)));
    const { cache } = this.context;
    // The catalogue's own commits are known without a word of the host's.
    if (this.#revision === undefined || this.source.isKnown) return;
    const visit = { revision: this.#revision, manifest: this.#manifestText, files: [...this.#files.keys()] };
    this.#visitKept ??= writeLastVisit(cache, this.source, visit);
  }

  /** A backend failed with these weights. */
  doubt(file: string): void {
    this.#store.doubt(this.#key(file));
  }

  /**
   * The files turned out to be broken: forgets those that nobody vouches for.
   * @returns whether another try may get better ones, since some came from the cache
   */
  withdraw(): Promise<boolean> {
    return this.#store.withdraw();
  }

  /** Settles when everything that was read so far is in the cache, or has turned out not to fit. */
  async written(): Promise<void> {
    await Promise.all([this.#store.written(), this.#visitKept]);
  }

  async #readManifest(context: LoadContext, signal: AbortSignal | undefined): Promise<void> {
    const url = fileUrl(this.source, 'reranker.json');
    const { manifestSha256, isBundled } = this.source;
    // It says what the other files are, so an old one from the HTTP cache would refuse all of a new folder.
    const httpCache = manifestSha256 ? undefined : 'no-cache';
    try {
      const { bytes } = await fetchFile(url, { ...context, signal, httpCache });
      await verify(url, bytes, manifestSha256);
      this.#takeManifest(new TextDecoder().decode(bytes), false);
    } catch (error) {
      if (!meansAbsent(error) || isBundled) throw error;
    }
  }

  #takeManifest(text: string, fromCache: boolean): void {
    this.manifest = parseManifest(text, withoutQuery(fileUrl(this.source, 'reranker.json')));
    this.#manifestText = text;
    this.#revision = this.manifest.revision;
    this.#note('reranker.json', new TextEncoder().encode(text), fromCache);
  }

  async #fetch(file: string, options: FetchOptions): Promise<Uint8Array> {
    const parts = this.manifest?.files[file]?.parts;
    try {
      if (parts) return await fetchParts(file, parts, (path) => fileUrl(this.source, path), options);
      const fetched = await fetchFile(fileUrl(this.source, file), options);
      this.#revision ??= commitOf(fetched, this.source);
      return fetched.bytes;
    } catch (error) {
      throw withCure(error, this.manifest?.name ?? this.source.name);
    }
  }

  #note(file: string, { length: bytes }: Uint8Array, fromCache: boolean): void {
    this.#files.delete(file); // read again, it comes last
    this.#files.set(file, { file, bytes, fromCache });
  }

  /** Cache key: the URL with the revision in place of its own query, so that a new revision never meets old bytes. */
  #key(file: string): string {
    const key = new URL(fileUrl({ ...this.source, query: '' }, file));
    key.searchParams.set('revision', this.#revision ?? '');
    return key.href;
  }
}
