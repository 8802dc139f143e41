import { RerankError, messageOf } from '../errors.js';
import { createSearchSession } from '../search/session.js';
import { wrapSearch } from '../search/wrap-search.js';
import type { Reranker, RerankerOptions } from '../types.js';
import { attachTo, type Attachment } from './attach.js';
import { BUNDLED_MODEL, createBeside } from './create-beside.js';
import { readDataAttributes } from './data-attributes.js';
import type { AttachOptions } from './options.js';

/** What the script tag puts on `window.BrowserReranker`. */
export interface BrowserRerankerGlobal {
  /**
   * As the package's `createReranker`, but workers, runtime and models are found beside the script, or on a CDN in the
   * packages beside the script's, and without a `model` the bundled one is taken.
   */
  createReranker(options?: RerankerOptions): Promise<Reranker>;
  /**
   * Re-ranks what the page's own search finds, as `data-rerank` on the script tag does. What was attached before is detached.
   * @throws RerankError `invalid-input` naming the first wrong option
   */
  attach(options?: AttachOptions): Attachment;
  /** What is attached, by the script tag or by `attach`. */
  attachment: Attachment | undefined;
  /** As in `browser-reranker/search`. */
  createSearchSession: typeof createSearchSession;
  /** As in `browser-reranker/search`. */
  wrapSearch: typeof wrapSearch;
  /** For `error instanceof BrowserReranker.RerankError`. */
  RerankError: typeof RerankError;
}

declare global {
  interface Window {
    /** Set by the script tag. */
    BrowserReranker?: BrowserRerankerGlobal;
  }
}

// Only while a classic script runs does the page know where it came from.
const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : undefined;
const src = script?.src;

const createReranker = src
  ? (options: RerankerOptions = {}) => createBeside(src, options)
  : () => Promise.reject(withoutAddress());

const library: BrowserRerankerGlobal = {
  createReranker,
  attach: (options = {}) => {
    library.attachment?.detach();
    library.attachment = undefined; // also where the options are refused
    return (library.attachment = attachTo(options, createReranker, BUNDLED_MODEL));
  },
  attachment: undefined,
  createSearchSession,
  wrapSearch,
  RerankError,
};
// A router may run the tag once more; the first one has met the search already.
if (!window.BrowserReranker) {
  window.BrowserReranker = library;
  attachByTag(script?.dataset ?? {});
}

function attachByTag(dataset: DOMStringMap): void {
  try {
    const options = readDataAttributes(dataset);
    if (options) library.attach(options);
  } catch (error) {
    console.error(
      `browser-reranker: the script tag was not attached, and the site's own order stays. ${messageOf(error)}`,
    );
  }
}

function withoutAddress(): RerankError {
  return new RerankError(
    'unsupported-environment',
    'browser-reranker.js does not know where it came from, and so not where its workers and models are: load it by a ' +
      'classic <script src="…/browser-reranker.js">, without type="module", import() or its text in the page. In a module, ' +
      "import { createReranker } from 'browser-reranker' through a bundler.",
  );
}
