import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { FileCache } from '../model/cache.js';

/** Where downloads are kept: the user's cache folder. */
const FOLDER = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'browser-reranker');

/** What a file is called while it is written, so that processes which load the same model at once do not mix theirs. */
const PART = /\.[0-9a-f-]{36}\.part$/;

/** A part so old is nobody's any more: its process was ended. */
const STALE_MS = 24 * 60 * 60_000;

/** Files under the user's cache folder, named by the hash of their key; written whole or not at all. */
export function diskCache(folder = FOLDER): FileCache {
  const pathOf = async (key: string) => {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
    return join(folder, Buffer.from(digest).toString('hex'));
  };
  return {
    // What is on disk already needs no copy of itself.
    read: async (key) =>
      key.startsWith('file:') ? undefined : readFile(await pathOf(key)).then(whole, () => undefined),
    write: async (key, bytes) => {
      if (key.startsWith('file:')) return;
      const path = await pathOf(key);
      const part = `${path}.${crypto.randomUUID()}.part`;
      try {
        await mkdir(folder, { recursive: true });
        await removeStaleParts(folder);
        await writeFile(part, bytes);
        await rename(part, path);
      } catch {
        await rm(part, { force: true }).catch(() => undefined); // a full disk must not stop anything
      }
    },
    remove: async (key) => rm(await pathOf(key), { force: true }).catch(() => undefined),
  };
}

/** The bytes in a buffer of their own: it is handed over to a thread, which Node refuses for a part of its pool. */
function whole(file: Buffer): Uint8Array {
  return file.byteLength === file.buffer.byteLength ? new Uint8Array(file.buffer) : Uint8Array.from(file);
}

async function removeStaleParts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!PART.test(name)) continue;
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() })); // another process was faster
    if (Date.now() - mtimeMs > STALE_MS) await rm(path, { force: true });
  }
}
