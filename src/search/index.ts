export { resolveReranker, type RerankerSource } from './reranker-source.js';
export { wrapSearch, type WrapSearchOptions } from './wrap-search.js';
export { createSearchSession } from './session.js';
export type { SearchSession, SearchSessionOptions, SearchSnapshot } from './session-types.js';
export type { Awaitable, ReorderOptions, SearchRankOptions } from './options.js';
