import { RerankError } from './errors.js';

/** Stands where the models were up to version 0.1, as `browser-reranker/models/…`. @throws RerankError `not-found`, always */
export default refuse();

function refuse(): never {
  throw new RerankError(
    'not-found',
    'browser-reranker/models/… is gone: since version 0.2 each model is an npm package of its own. Run "npm install ' +
      'browser-reranker-minilm-l6-en" (or browser-reranker-minilm-l3-en), then "npx browser-reranker assets ' +
      "public/browser-reranker\", and pass assetsUrl: '/browser-reranker/' to createReranker; or import from " +
      'browser-reranker-minilm-l6-en/… what you imported from here.',
  );
}
