import * as Comlink from 'comlink';
import { READY } from '../protocol.js';
import { createService } from './service.js';
import type { OrtRuntime } from './session.js';

/**
 * The whole program of a worker: offer the service, then say so. There is one entry a runtime, so that a bundler makes
 * one self-contained worker of each, and a page loads the only one it needs.
 */
export function serve(ort: OrtRuntime): void {
  // The runtime starts its threads from the script it was bundled into; there it takes over by itself.
  if (self.name.startsWith('em-pthread')) return;
  Comlink.expose(createService(ort));
  postMessage(READY);
}
