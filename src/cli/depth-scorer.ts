import type { PairScorer } from '../evaluation/types.js';
import type { Depth, Pair, Reranker } from '../types.js';

/**
 * A reranker as evaluations ask for it, in either depth. An adaptive ranking scores the best `k` only; what it leaves out
 * follows below them in the order that it came in, as a page would show it.
 */
export function scorerOf(reranker: Reranker, depth: Depth, k: number): PairScorer {
  if (depth === 'full') return reranker;
  return {
    async predict(pairs, options) {
      const [[query] = ['', '']] = pairs; // evaluations ask for one query at a time
      const passages = pairs.map(([, passage]: Pair) => passage);
      const ranking = await reranker.rank(query, passages, {
        ...options,
        depth,
        topK: k,
        activation: 'identity',
      });
      const lowest = ranking.at(-1)?.score ?? 0;
      const scores = Float32Array.from(pairs, (_, place) => lowest - 1 - place);
      for (const { index, score } of ranking) scores[index] = score;
      return scores;
    },
  };
}
