import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { connectWorker } from '../bridge/connection.js';
import type { Environment } from '../environment.js';
import { NO_CACHE } from '../model/cache.js';
import { diskCache } from './disk-cache.js';
import { fetchFileOrUrl } from './files.js';
import { installedModel } from './installed-model.js';
import { startThread } from './start-thread.js';

/**
 * Node, Deno or Bun as an environment: the engine in a thread of its own on WASM threads, files by path or URL, a cache on
 * disk, and models out of installed packages.
 */
export function nodeEnvironment(): Environment {
  return {
    capabilities: () =>
      Promise.resolve({
        webgpu: 'none',
        webgpuReason: 'WebGPU is for browsers; here ranking runs on WASM',
        shaderF16: false,
        jspi: false,
        isolated: true, // threads need no headers here
        cores: availableParallelism(),
        memory: undefined,
      }),
    connect: (_runtime, timeout) => connectWorker(startThread, timeout),
    baseUrl: pathToFileURL(`${process.cwd()}/`).href,
    ownFiles: true,
    fetch: fetchFileOrUrl,
    openCache: (enabled) => Promise.resolve(enabled ? diskCache() : NO_CACHE),
    bundledModel: (folder) => ({ url: installedModel(folder) }),
  };
}
