import { createReranker } from '../../src/index.js';
import { expose } from './contestant.js';

// browser-reranker, bundled as a user's page would be.
expose(async ({ model, threads, workers = 1 }) => {
  const reranker = await createReranker({ model, device: 'wasm', dtype: 'q8', threads, workers });
  const { info } = reranker;
  return {
    note: `${info.workers} worker(s) of ${info.threads} thread(s)`,
    async rank({ query, passages }) {
      const started = performance.now();
      let firstPartialMs: number | undefined;
      let runMs = 0;
      let totalMs = 0;
      const ranking = await reranker.rank(query, passages, {
        activation: 'identity',
        onPartial: () => (firstPartialMs ??= performance.now() - started),
        onStats: (stats) => ({ runMs, totalMs } = stats),
      });
      const scores = new Array<number>(passages.length);
      for (const { index, score } of ranking) scores[index] = score;
      return { scores, ms: totalMs, runMs, ...(firstPartialMs === undefined ? {} : { firstPartialMs }) };
    },
  };
});
