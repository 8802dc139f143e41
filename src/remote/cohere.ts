import { field, type Shape } from './shape.js';

/** Cohere's API, version 2: `{ results: [{ index, relevance_score }] }`, sorted; scores from 0 to 1. */
export const COHERE: Shape = {
  path: '/v2/rerank',
  batchSize: 1000,
  needsModel: true,
  givesRaw: false,
  score: 'relevance_score',
  body: (query, documents, { model }) => ({ model, query, documents }),
  list: (answer) => field(answer, 'results'),
};
