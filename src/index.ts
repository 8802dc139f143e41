export { createReranker } from './reranker.js';
export { RerankError, type RerankErrorCode } from './errors.js';
export { CATALOGUE, DEFAULT_MODEL, type CatalogueEntry, type KnownFile } from './model/catalogue.js';
export { CACHE_NAME } from './model/cache.js';
export type {
  Activation,
  Attempt,
  CharacterRange,
  Depth,
  Device,
  Dtype,
  LoadProgress,
  Overflow,
  Pair,
  PredictOptions,
  RankDocument,
  RankedDocument,
  RankOptions,
  Reranker,
  RerankerInfo,
  RerankerOptions,
  Runtime,
  ScoreStats,
} from './types.js';
