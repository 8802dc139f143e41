import { startWorker } from './bridge/start-worker.js';
import { pageEnvironment } from './environment.js';
import { createRerankerIn } from './pooled-reranker.js';
import { SERVED_MODELS } from './served-models.js';
import type { Reranker, RerankerOptions } from './types.js';

/**
 * Loads a cross-encoder into a worker and checks that it computes right.
 *
 * Tries WebGPU on a real adapter, then WASM, each in a fresh worker, until the self-check passes; `info.attempts` says
 * what was tried and why each failed. Only one runtime and one weight file are fetched per attempt.
 *
 * @param options - all optional; see {@link RerankerOptions}
 * @throws RerankError with a `code` for what went wrong; an `AbortError` when `options.signal` is aborted
 */
export async function createReranker(options: RerankerOptions = {}): Promise<Reranker> {
  return createRerankerIn(pageEnvironment(startWorker), options, { modelsUrl: SERVED_MODELS });
}
