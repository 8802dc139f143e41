import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as ort from 'onnxruntime-web';
import { connectService } from '../bridge/connection.js';
import type { Environment } from '../environment.js';
import { NO_CACHE, type FileCache } from '../model/cache.js';
import { createService } from '../worker/service.js';

/** The folder of the models that this package carries; the same from `src` and from `dist`. */
export const BUNDLED_MODELS = new URL('../../public/models/', import.meta.url).href;

/** Node as an environment: the engine in this thread on WASM threads, files by path or URL, a cache on disk. */
export function nodeEnvironment(): Environment {
  return {
    capabilities: () =>
      Promise.resolve({
        webgpu: 'none',
        webgpuReason: 'Node has no WebGPU',
        shaderF16: false,
        jspi: false,
        isolated: true, // threads need no headers here
        cores: availableParallelism(),
        memory: undefined,
      }),
    connect: (_runtime, timeout) => connectService(createService(ort), timeout),
    baseUrl: pathToFileURL(`${process.cwd()}/`).href,
    fetch: fetchFileOrUrl,
    openCache: (enabled) => Promise.resolve(enabled ? diskCache() : NO_CACHE),
  };
}

/** `fetch` that also reads `file:` URLs, with the status and headers a server would give. */
const fetchFileOrUrl: typeof globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith('file:')) return fetch(input, init);
  try {
    const bytes = await readFile(fileURLToPath(url), { signal: init?.signal ?? undefined });
    return new Response(bytes, { headers: { 'content-length': String(bytes.length) } });
  } catch (error) {
    // What a server would answer. None of it gets better by trying again.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return new Response(null, { status: 404 });
    if (['EACCES', 'EPERM'].includes(code)) return new Response(null, { status: 403 });
    throw error;
  }
};

/** Files under the user's cache folder, named by the hash of their key; written whole or not at all. */
function diskCache(): FileCache {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'browser-reranker');
  const pathOf = async (key: string) => {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
    return join(folder, Buffer.from(digest).toString('hex'));
  };
  return {
    // What is on disk already needs no copy of itself.
    read: async (key) =>
      key.startsWith('file:') ? undefined : readFile(await pathOf(key)).catch(() => undefined),
    write: async (key, bytes) => {
      if (key.startsWith('file:')) return;
      const path = await pathOf(key);
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(`${path}.part`, bytes);
        await rename(`${path}.part`, path);
      } catch {
        await rm(`${path}.part`, { force: true }).catch(() => undefined); // a full disk must not stop the command
      }
    },
    remove: async (key) => rm(await pathOf(key), { force: true }),
  };
}
