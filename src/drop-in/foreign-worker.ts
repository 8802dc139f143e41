import { connectLater } from '../bridge/connect-later.js';
import { connectWorker, type Connection } from '../bridge/connection.js';
import { NO_CACHE } from '../model/cache.js';
import { readPinned, type PinnedFile } from './pinned-file.js';
import { launch } from '../bridge/launch.js';

/** Addresses of the scripts that came in, each for as long as the page lives: the runtime starts its threads from it, too. */
const scripts = new Map<string, Promise<string>>();

/**
 * Connects to a worker whose script lies on another origin, from which a page may not start one. The page reads the script,
 * holds it to its hash, and starts it as its own (`worker-src blob:` where a policy is set).
 *
 * @param script - a worker that imports nothing
 * @param timeout - see `connectWorker`
 */
export function connectForeignWorker(script: PinnedFile, timeout: number): Connection {
  return connectLater(
    ownAddress(script).then((url) =>
      connectWorker(() => launch(() => new Worker(url, { type: 'module' })), timeout),
    ),
  );
}

function ownAddress(script: PinnedFile): Promise<string> {
  const known = scripts.get(script.url);
  if (known) return known;
  const coming = readScript(script);
  scripts.set(script.url, coming);
  coming.catch(() => scripts.delete(script.url)); // the next one tries again
  return coming;
}

async function readScript(script: PinnedFile): Promise<string> {
  const bytes = await readPinned("The worker's script", script, { fetch, retries: 3, cache: NO_CACHE });
  // What is downloaded is never shared memory.
  return URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'text/javascript' }));
}
