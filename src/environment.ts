import { probe, type Capabilities } from './backend/capabilities.js';
import { connectWorker, type Connection } from './bridge/connection.js';
import { RerankError } from './errors.js';
import type { RerankerOptions, Runtime } from './types.js';
import { openCache, type FileCache } from './model/cache.js';

/** Where the package runs: a page, or Node for the terminal. */
export interface Environment {
  /** What it can run on. `device` is the caller's wish: what it leaves out is not asked for. */
  capabilities(device?: RerankerOptions['device']): Promise<Capabilities>;
  /** Starts a fresh worker of a runtime (in Node, a service in this thread); `createWorker` is the caller's own way. */
  connect(runtime: Runtime, timeout: number, createWorker?: (runtime: Runtime) => Worker): Connection;
  /** What relative URLs start from. */
  baseUrl: string;
  /** Reads a URL. */
  fetch: typeof globalThis.fetch;
  /** Where verified files are kept; `enabled` is the caller's wish. */
  openCache(enabled: boolean): Promise<FileCache>;
}

/** A page, or a worker of one, as an environment. @param startWorker - makes a fresh worker of a runtime */
export function pageEnvironment(startWorker: (runtime: Runtime) => Worker): Environment {
  return {
    capabilities: probe,
    connect: (runtime, timeout, createWorker = startWorker) =>
      connectWorker(() => createWorker(runtime), timeout),
    // Workers have no document.
    baseUrl: (globalThis as { document?: Document }).document?.baseURI ?? location.href,
    fetch: fetchForPage,
    openCache,
  };
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
