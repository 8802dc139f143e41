export { createReranker } from './reranker.js';
export { RerankError, type RerankErrorCode } from './errors.js';
export { CATALOGUE, DEFAULT_MODEL, type CatalogueEntry, type KnownFile } from './model/catalogue.js';
export { CACHE_NAME } from './model/cache.js';
export type {
  Activation,
  Attempt,
  BlendingOptions,
  CharacterRange,
  Depth,
  Device,
  Dtype,
  LoadProgress,
  Overflow,
  Pair,
  PredictOptions,
  Prior,
  RankDocument,
  RankedDocument,
  RankOptions,
  RankPrior,
  Reranker,
  RerankerInfo,
  RerankerOptions,
  RerankerSource,
  Runtime,
  ScorePrior,
  ScoreStats,
} from './types.js';
