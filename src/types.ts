// What callers see, by meaning: the words for choices, what loading takes and tells, what a ranking
// takes and gives.
export type * from './types/blending.js';
export type * from './types/choices.js';
export type * from './types/info.js';
export type * from './types/loading.js';
export type * from './types/ranking.js';
export type * from './types/reranker.js';
