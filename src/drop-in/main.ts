import { pageEnvironment } from '../environment.js';
import { RerankError } from '../errors.js';
import { createRerankerIn } from '../pooled-reranker.js';
import type { Reranker, RerankerOptions } from '../types.js';
import { workerStarter } from './worker-url.js';

/** What the script tag puts on `window.BrowserReranker`. */
export interface BrowserRerankerGlobal {
  /**
   * As the package's `createReranker`, but runtime, worker and models are found beside the script, and without a
   * `model` the bundled one is taken.
   */
  createReranker(options?: RerankerOptions): Promise<Reranker>;
  /** For `error instanceof BrowserReranker.RerankError`. */
  RerankError: typeof RerankError;
}

declare global {
  interface Window {
    /** Set by the script tag. */
    BrowserReranker?: BrowserRerankerGlobal;
  }
}

const BUNDLED_MODEL = 'minilm-l6-rerank-en';

// Only while a classic script runs does the page know where it came from.
const { src } = document.currentScript as HTMLScriptElement;

window.BrowserReranker = {
  createReranker: (options = {}) =>
    createRerankerIn(pageEnvironment(workerStarter(src)), options, {
      model: BUNDLED_MODEL,
      runtimeUrl: new URL('runtime/', src).href,
      modelsUrl: new URL('models/', src).href,
    }),
  RerankError,
};
