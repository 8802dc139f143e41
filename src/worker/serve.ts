import * as Comlink from 'comlink';
import { READY, type LockMessage, type WorkerApi } from '../protocol.js';
import { trustingWorker } from '../trusted-types.js';
import { createService } from './service.js';
import type { OrtRuntime } from './session.js';

/**
 * The whole program of a worker: offer the service, then say so. There is one entry a runtime, so that a bundler makes
 * one self-contained worker of each, and a page loads the only one it needs.
 */
export function serve(ort: OrtRuntime): void {
  // The runtime starts its threads from the script it was bundled into; there it takes over by itself.
  if (self.name.startsWith('em-pthread')) return;
  // The runtime makes its threads' workers itself. Here is no other code than the runtime's and ours.
  const trusting = trustingWorker();
  if (trusting) globalThis.Worker = trusting;
  offer(ort, globalThis as Comlink.Endpoint);
  holdLock();
}

/** Offers the service to whoever is at the other end. @param endpoint - a worker's own scope, or a thread's port to its parent */
export function offer(ort: OrtRuntime, endpoint: Comlink.Endpoint): void {
  const service = createService(ort);
  const score: WorkerApi['score'] = async (request, onBatch) => {
    try {
      return await service.score(request, onBatch);
    } finally {
      // Its port would stay open until it is collected, and keep a process alive.
      (onBatch as Partial<Comlink.ProxyMethods>)[Comlink.releaseProxy]?.();
    }
  };
  Comlink.expose({ ...service, score }, endpoint);
  endpoint.postMessage(READY);
}

/** A browser tells a page nothing of a worker that it ended, but lets go of the worker's locks. */
function holdLock(): void {
  // Missing on insecure pages.
  const { locks } = navigator as { locks?: LockManager };
  if (!locks) return;
  const livingLock = `browser-reranker ${crypto.randomUUID()}`;
  const hold = () => {
    postMessage({ livingLock } satisfies LockMessage);
    return new Promise(() => undefined);
  };
  locks.request(livingLock, hold).catch(() => undefined); // refused in some sandboxes
}
