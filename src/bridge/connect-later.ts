import { Failure } from '../failure.js';
import type { Connection } from './connection.js';

/** A connection to a worker that cannot be made at once, since its script has to come in first. */
export function connectLater(making: Promise<Connection>): Connection {
  const ended = new Failure();
  const made = ended.unlessFailed(making);
  made.catch(() => undefined); // `load` tells it
  return {
    load: async () => (await made).load(),
    prepare: async (request) => (await made).prepare(request),
    open: async (request, handOver) => (await made).open(request, handOver),
    score: async (request, onBatch) => (await made).score(request, onBatch),
    cancel: (id) => void made.then((connection) => connection.cancel(id)).catch(() => undefined),
    close(reason) {
      ended.fail(reason);
      making.then(
        (connection) => connection.close(reason),
        () => undefined,
      );
    },
  };
}
