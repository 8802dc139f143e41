import { probe, type Capabilities } from './backend/capabilities.js';
import { connectWorker, type Connection } from './bridge/connection.js';
import { RerankError } from './errors.js';
import type { RerankerOptions, Runtime } from './types.js';
import { openCache, type FileCache } from './model/cache.js';
import type { LoadContext } from './model/load.js';
import type { ModelFolder } from './model/source.js';

/** Where the package runs: a page, or Node for the terminal. */
export interface Environment {
  /** What it can run on. `device` is the caller's wish: what it leaves out is not asked for. */
  capabilities(device?: RerankerOptions['device']): Promise<Capabilities>;
  /** Starts a fresh worker of a runtime (in Node, a thread); `createWorker` is the caller's own way. */
  connect(runtime: Runtime, timeout: number, createWorker?: (runtime: Runtime) => Worker): Connection;
  /** What relative URLs start from. Reading it throws `unsupported-environment` where nothing can run. */
  baseUrl: string;
  /** Whether this package's own files are at hand, so that `assetsUrl` and `runtimeUrl` are not looked at. */
  ownFiles?: boolean;
  /** Reads a URL. */
  fetch: typeof globalThis.fetch;
  /** Where verified files are kept; `enabled` is the caller's wish. */
  openCache(enabled: boolean): Promise<FileCache>;
  /**
   * A model of our own, where `modelsUrl` does not say where it is; without this it is in `models/` beside the page.
   * @param folder - its folder's name
   * @throws RerankError where it is not there
   */
  bundledModel?: (folder: string) => ModelFolder;
  /**
   * The runtime's `.wasm` file, where `runtimeUrl` does not name it; without this it is where the bundler put it.
   */
  runtimeFile?: (runtime: Runtime) => RuntimeFile;
}

/** Where a runtime's `.wasm` file is. */
export interface RuntimeFile {
  /** Its address. */
  url: string;
  /** Reads it and holds it to its hash, where that is known: then the page does so, and the workers take no other. */
  read?: ((context: LoadContext & { signal: AbortSignal }) => Promise<Uint8Array>) | undefined;
}

/**
 * A page, or a worker of one, as an environment.
 * @param startWorker - makes a fresh worker of a runtime
 */
export function pageEnvironment(startWorker: (runtime: Runtime) => Worker): Environment {
  return {
    capabilities: probe,
    connect: (runtime, timeout, createWorker = startWorker) =>
      connectWorker(() => createWorker(runtime), timeout),
    // Read first of all when a model is loaded, and not before, so that an option fallback can still serve.
    get baseUrl() {
      if (typeof Worker === 'undefined') throw withoutWorkers();
      // Workers have no document.
      return (globalThis as { document?: Document }).document?.baseURI ?? location.href;
    },
    fetch: fetchForPage,
    openCache,
  };
}

function withoutWorkers(): RerankError {
  const cure =
    'registration' in globalThis
      ? 'A service worker cannot start any: rank in a page, and in an extension in an offscreen document or a page of the ' +
        'extension, and ask it by a message (docs/guides/extension.md).'
      : 'Ranking needs a page, or Node, Deno or Bun, which take the entry made for them by the condition "node" of this ' +
        "package's exports. Edge runtimes (Cloudflare Workers, Vercel Edge) have no workers: rank in the page or on a Node " +
        'server, or ask a remote one (browser-reranker/remote).';
  return new RerankError('unsupported-environment', `There is no Worker here. ${cure}`);
}

/** Browsers would only say that a fetch failed, and it would be tried again. */
const fetchForPage: typeof globalThis.fetch = (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!/^file:/i.test(url)) return globalThis.fetch(input, init);
  const error = new RerankError(
    'unsupported-environment',
    `${url} cannot be read: browsers do not let a page read files from disk, not even a page that was opened from disk. ` +
      'Serve the folder over http (npx serve, python3 -m http.server, your development server) and open it there.',
  );
  return Promise.reject(error);
};
