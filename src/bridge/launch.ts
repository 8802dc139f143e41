import { refusedPolicy, trustingWorker } from '../trusted-types.js';

/** Where each worker's script came from, for messages: a worker itself does not say, nor does the event of its failure. */
const scripts = new WeakMap<object, string>();

/** Vite 5 to 7 move this package there in development, away from its workers, and rewrite no URL on the way. */
const MOVED_BY_VITE = '/node_modules/.vite/worker/';

/** The URL of a worker's script, where it was started here. */
export function scriptOf(worker: object): string | undefined {
  return scripts.get(worker);
}

/**
 * Runs `start`, so that the worker it makes starts from any origin and under Trusted Types. Bundlers find workers by the
 * literal `new Worker(new URL(…))` only, which leaves no place for either: the name `Worker` is lent for the length of this
 * call, in which nothing else runs.
 *
 * @param start - makes a worker of this package's own, with a URL that no caller has a say in
 * @throws RerankError `unsupported-environment` where the page asks for Trusted Types and does not allow the policy
 */
export function launch(start: () => Worker): Worker {
  const original = globalThis.Worker;
  const Trusted = trustingWorker() ?? original;
  globalThis.Worker = new Proxy(original, {
    construct: (_target, [given, options]: ConstructorParameters<typeof Worker>) =>
      startFrom(scriptUrl(given), Trusted, options),
  });
  try {
    return start();
  } catch (cause) {
    throw refusedPolicy(cause) ?? cause;
  } finally {
    globalThis.Worker = original;
  }
}

function scriptUrl(given: string | URL): URL {
  const url = new URL(given, location.href);
  url.pathname = url.pathname.replace(MOVED_BY_VITE, '/node_modules/browser-reranker/dist/worker/');
  return url;
}

/** A page may not start a worker from another origin (a CDN), so there a worker of the page's own imports it. */
function startFrom(url: URL, Trusted: typeof Worker, options: WorkerOptions | undefined): Worker {
  let worker: Worker;
  const elsewhere = /^https?:$/.test(url.protocol) && url.origin !== location.origin;
  if (!elsewhere) {
    worker = new Trusted(url, options);
  } else {
    const program = new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' });
    const blobUrl = URL.createObjectURL(program);
    worker = new Trusted(blobUrl, { ...options, type: 'module' });
    worker.addEventListener('message', () => URL.revokeObjectURL(blobUrl), { once: true }); // by then it is loaded
  }
  scripts.set(worker, url.href);
  return worker;
}
