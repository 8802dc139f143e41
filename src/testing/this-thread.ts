import * as ort from 'onnxruntime-web';
import { connectWorker, type WorkerLike } from '../bridge/connection.js';
import type { Environment } from '../environment.js';
import { nodeEnvironment } from '../node/environment.js';
import { offer } from '../worker/serve.js';

/** Node as an environment with the engine in this very thread: a thread of its own would read all of its TypeScript first. */
export function thisThread(): Environment {
  return { ...nodeEnvironment(), connect: (_runtime, timeout) => connectWorker(startHere, timeout) };
}

function startHere(): WorkerLike {
  const { port1: inside, port2: outside } = new MessageChannel();
  // Not before the other end listens.
  setTimeout(() => {
    outside.start();
    offer(ort, inside);
  });
  const listens = {
    addEventListener: outside.addEventListener.bind(outside),
    removeEventListener: outside.removeEventListener.bind(outside),
  } as Pick<WorkerLike, 'addEventListener' | 'removeEventListener'>;
  return {
    ...listens,
    postMessage: (message, transfer = []) => outside.postMessage(message, transfer),
    terminate: () => outside.close(),
  };
}
