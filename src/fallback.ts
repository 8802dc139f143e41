import { ASYNC_DISPOSE } from './async-dispose.js';
import { messageOf, RerankError, throwIfAborted, type RerankErrorCode } from './errors.js';
import type { Environment } from './environment.js';
import { Loading } from './loading.js';
import type { Attempt, Reranker, RerankerOptions, RerankerSource } from './types.js';

/** Mistakes of the caller's own, which another reranker would only hide. */
const MISTAKES: readonly RerankErrorCode[] = ['invalid-input', 'unknown-model', 'disposed'];

/**
 * Loads a model here, or takes the reranker of the option `fallback` where that fails for a reason that is not the caller's: an error
 * of his own callback, a mistake in the options and a cancellation are passed on.
 *
 * @param open - makes a reranker of a model that was found
 * @throws RerankError what went wrong here; where the fallback fails, too, its failure is the cause
 */
export async function loadOrFallBack(
  environment: Environment,
  options: RerankerOptions,
  open: (loading: Loading, options: RerankerOptions) => Promise<Reranker>,
): Promise<Reranker> {
  const { signal, onProgress, fallback } = options;
  throwIfAborted(signal);
  if (fallback === undefined) return open(await Loading.begin(environment, options), options);
  let thrown = false;
  const told: RerankerOptions = {
    ...options,
    onProgress: (progress) => {
      try {
        onProgress?.(progress);
      } catch (error) {
        thrown = true;
        throw error;
      }
    },
  };
  let loading: Loading | undefined;
  try {
    loading = await Loading.begin(environment, told);
    loading.refuseSmallDevice();
    return await open(loading, told);
  } catch (error) {
    throwIfAborted(signal);
    if (thrown || !(error instanceof RerankError) || MISTAKES.includes(error.code)) throw error;
    const serving = await fallBack(fallback, error, loading?.attempts ?? []);
    if (signal?.aborted) await serving.dispose();
    throwIfAborted(signal);
    return serving;
  }
}

/** The other reranker, with what its `info` says besides: why it serves, and what was tried before. */
async function fallBack(
  source: RerankerSource,
  failure: RerankError,
  tried: readonly Attempt[],
): Promise<Reranker> {
  const made = typeof source === 'function';
  let serving: Reranker;
  try {
    serving = await (made ? source() : source);
    void serving.info.attempts; // what is no reranker fails here, and not in the middle of a search
  } catch (cause) {
    const message = `${failure.message} The fallback failed, too: ${messageOf(cause)}`;
    throw new RerankError(failure.code, message, { cause });
  }
  const dispose = async () => {
    if (made) await serving.dispose();
  };
  return {
    get info() {
      const { info } = serving;
      const all = [...structuredClone(tried), ...info.attempts];
      return { ...info, fallbackReason: failure.message, attempts: all };
    },
    predict: serving.predict.bind(serving),
    rank: serving.rank.bind(serving),
    dispose,
    [ASYNC_DISPOSE]: dispose,
  };
}
