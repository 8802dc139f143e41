import { field, type Shape } from './shape.js';

/** Jina's API, which many servers speak (vLLM, Infinity): `{ results: [{ index, relevance_score }] }`, sorted. */
export const JINA: Shape = {
  path: '/v1/rerank',
  batchSize: 1000,
  needsModel: true,
  givesRaw: false,
  score: 'relevance_score',
  body: (query, documents, { model }) => ({ model, query, documents, return_documents: false }),
  list: (answer) => field(answer, 'results'),
};
