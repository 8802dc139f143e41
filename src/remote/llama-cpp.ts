import { field, type Shape } from './shape.js';

/** What llama.cpp's server answers for a text of which it has no score. */
const NO_SCORE = -1e6;

/**
 * llama.cpp's server, started with `--reranking`: `{ results: [{ index, relevance_score }] }`, sorted. The scores are what the model
 * gives: raw logits of one label, but probabilities of models that answer yes or no (Qwen3). Only the caller knows which.
 */
export const LLAMA_CPP: Shape = {
  path: '/v1/rerank',
  batchSize: 100,
  needsModel: false,
  givesRaw: false,
  score: 'relevance_score',
  body: (query, documents, { model }) => ({ ...(model !== undefined && { model }), query, documents }),
  list: (answer) => field(answer, 'results'),
  isFailure: (score) => score === NO_SCORE,
};
