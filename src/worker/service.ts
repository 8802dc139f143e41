import { errorToData, RerankError, type RerankErrorCode } from '../errors.js';
import type { Outcome, WorkerApi } from '../protocol.js';
import { Engine } from './engine.js';
import { prepareRuntime } from './runtime.js';
import type { OrtRuntime } from './session.js';

/**
 * The worker's side of {@link WorkerApi}: one engine, errors as data. The terminal calls it without a worker.
 * @param ort - the build of onnxruntime-web to run on
 */
export function createService(ort: OrtRuntime): WorkerApi {
  let engine: Engine | undefined;
  const cancelled = new Set<number>();
  return {
    prepare: (request) => outcome('backend-failed', () => prepareRuntime(ort, request)),
    open: (request) =>
      outcome('backend-failed', async () => {
        const opened = await Engine.open(ort, request);
        engine = opened.engine;
        return opened.report;
      }),
    score: (request, onBatch) =>
      outcome('run-failed', async () => {
        if (!engine)
          throw new RerankError('worker-failed', 'The worker was asked to score before it opened a model.');
        const told: unknown[] = [];
        try {
          const report = await engine.score(
            request,
            (batch) => told.push(onBatch(batch)),
            () => cancelled.has(request.id),
          );
          await Promise.all(told); // they travel by a port of their own, and could come after the result
          return report;
        } finally {
          cancelled.delete(request.id);
        }
      }),
    cancel: (id) => {
      cancelled.add(id);
    },
  };
}

async function outcome<T>(code: RerankErrorCode, work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: errorToData(error, code) };
  }
}
