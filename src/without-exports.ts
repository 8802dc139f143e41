import { pageEnvironment } from './environment.js';
import { RerankError } from './errors.js';
import { createRerankerIn } from './pooled-reranker.js';
import type { Reranker, RerankerOptions } from './types.js';

// The package for tools that look at `main` and not at `exports` (Parcel). They would follow the literal worker expressions into
// files that they cannot build, so there are none here: workers come from the option `assetsUrl`.

export { CACHE_NAME } from './model/cache.js';
export { CATALOGUE, DEFAULT_MODEL } from './model/catalogue.js';
export { RerankError } from './errors.js';

/** As `createReranker` of the package's index; `assetsUrl` is needed. @throws RerankError that says so without it */
export async function createReranker(options: RerankerOptions = {}): Promise<Reranker> {
  return createRerankerIn(pageEnvironment(noWorker), options);
}

function noWorker(): never {
  throw new RerankError(
    'worker-failed',
    'This bundler takes the package by its field main, which brings no workers along: run "npx browser-reranker assets ' +
      `public/browser-reranker" (Parcel: dist/browser-reranker) and pass assetsUrl: '/browser-reranker/'. See docs/guides/bundlers.md.`,
  );
}
