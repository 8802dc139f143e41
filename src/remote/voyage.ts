import { field, type Shape } from './shape.js';

/** Voyage's API: `{ data: [{ index, relevance_score }] }`, sorted; scores from 0 to 1. */
export const VOYAGE: Shape = {
  path: '/v1/rerank',
  batchSize: 1000,
  needsModel: true,
  givesRaw: false,
  score: 'relevance_score',
  body: (query, documents, { model }) => ({ model, query, documents, truncation: true }),
  list: (answer) => field(answer, 'data'),
};
