import { workerBeside } from '../bridge/worker-beside.js';
import { pageEnvironment } from '../environment.js';
import { RerankError } from '../errors.js';
import { createRerankerIn } from '../pooled-reranker.js';
import type { Reranker, RerankerOptions } from '../types.js';

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
const src = (document.currentScript as HTMLScriptElement | null)?.src;

window.BrowserReranker = {
  createReranker: src ? (options = {}) => createBeside(src, options) : () => Promise.reject(withoutAddress()),
  RerankError,
};

function createBeside(script: string, options: RerankerOptions): Promise<Reranker> {
  const folder = new URL('.', script).href;
  return createRerankerIn(pageEnvironment(workerBeside(folder)), options, {
    model: BUNDLED_MODEL,
    assetsUrl: folder,
  });
}

function withoutAddress(): RerankError {
  return new RerankError(
    'unsupported-environment',
    'browser-reranker.js does not know where it came from, and so not where its workers and models are: load it by a ' +
      'classic <script src="…/browser-reranker.js">, without type="module", import() or its text in the page. In a module, ' +
      "import { createReranker } from 'browser-reranker' through a bundler.",
  );
}
