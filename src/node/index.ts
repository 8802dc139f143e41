export { createReranker } from './reranker.js';
export { RerankError } from '../errors.js';
export { CATALOGUE, DEFAULT_MODEL } from '../model/catalogue.js';
export { CACHE_NAME } from '../model/cache.js';
