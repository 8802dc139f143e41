import { connectWorker } from '../bridge/connection.js';
import { launch } from '../bridge/launch.js';
import { pageEnvironment, type Environment } from '../environment.js';
import { createRerankerIn } from '../pooled-reranker.js';
import type { Reranker, RerankerOptions, Runtime } from '../types.js';
import { connectForeignWorker } from './foreign-worker.js';
import { readPinned } from './pinned-file.js';
import { placesOf } from './places.js';
import { RELEASE } from './release.js';

/** The model that the script tag takes unless another is named. */
export const BUNDLED_MODEL = 'minilm-l6-rerank-en';

/**
 * The package's `createReranker`, with workers, runtime and models where they belong to a script.
 * @param script - the address of the script
 */
export function createBeside(script: string, options: RerankerOptions): Promise<Reranker> {
  const places = placesOf(script, RELEASE);
  const start = (runtime: Runtime) =>
    launch(() => new Worker(places.worker(runtime).url, { type: 'module' }));
  const environment: Environment = {
    ...pageEnvironment(start),
    connect: (runtime, timeout, createWorker) => {
      const worker = places.worker(runtime);
      const isForeign = new URL(worker.url).origin !== location.origin;
      if (createWorker || !isForeign) return connectWorker(() => (createWorker ?? start)(runtime), timeout);
      return connectForeignWorker(worker, timeout);
    },
    runtimeFile: (runtime) => {
      const { url, sha256 } = places.runtime(runtime);
      if (sha256 === undefined) return { url };
      return { url, read: (context) => readPinned('The runtime', { url, sha256 }, context) };
    },
    bundledModel: places.model,
  };
  return createRerankerIn(environment, options, { model: BUNDLED_MODEL });
}
