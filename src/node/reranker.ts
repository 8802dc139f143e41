import { createRerankerIn } from '../pooled-reranker.js';
import type { Reranker, RerankerOptions } from '../types.js';
import { nodeEnvironment } from './environment.js';

/**
 * `createReranker` for Node, Deno and Bun: the same function with the same options, on WASM in a thread of its own. What only a
 * page has is not looked at: `assetsUrl`, `runtimeUrl` and `createWorker`.
 *
 * @param options - all optional; see {@link RerankerOptions}
 * @throws RerankError with a `code` for what went wrong; an `AbortError` when `options.signal` is aborted
 */
export async function createReranker(options: RerankerOptions = {}): Promise<Reranker> {
  return createRerankerIn(nodeEnvironment(), options);
}
