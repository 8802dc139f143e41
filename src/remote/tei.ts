import type { Shape } from './shape.js';

/** Hugging Face's text-embeddings-inference: `[{ index, score }]`, sorted. Without raw scores it applies the sigmoid. */
export const TEI: Shape = {
  path: '/rerank',
  batchSize: 32, // --max-client-batch-size
  needsModel: false,
  givesRaw: true,
  score: 'score',
  // By default a text that is too long is refused; here it is cut at its end, as everywhere in this package.
  body: (query, texts, { rawScores }) => ({ query, texts, raw_scores: rawScores, truncate: true }),
  list: (answer) => answer,
};
