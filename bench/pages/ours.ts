import { createReranker, type ScoreStats } from '../../src/index.js';
import { expose } from './contestant.js';
import { countedWorker, takePipelines } from './pipelines.js';

// browser-reranker, bundled as a user's page would be.
expose(async ({ model, threads, workers = 1, device = 'wasm', dtype = 'q8', keptPassageBytes = 0 }) => {
  const gpu = device === 'webgpu';
  const reranker = await createReranker({
    model,
    device,
    dtype: dtype === 'int8' ? 'q8' : dtype,
    threads,
    workers,
    ...(keptPassageBytes === 'default' ? {} : { keptPassageBytes }),
    ...(gpu ? { createWorker: countedWorker, timeout: 300_000 } : {}),
  });
  const { info } = reranker;
  return {
    note: gpu ? `WebGPU, ${info.dtype}` : `${info.workers} worker(s) of ${info.threads} thread(s)`,
    stages: info.stages,
    async rank({ query, passages }, how = {}) {
      const started = performance.now();
      let firstPartialMs: number | undefined;
      let stats: ScoreStats | undefined;
      const ranking = await reranker.rank(query, passages, {
        activation: 'identity',
        ...how,
        onPartial: () => (firstPartialMs ??= performance.now() - started),
        onStats: (all) => (stats = all),
      });
      const ms = performance.now() - started;
      const scores = new Array<number>(passages.length).fill(Number.NaN);
      for (const { index, score } of ranking) scores[index] = score;
      const { totalMs = ms, runMs, kept, stageRows } = stats ?? {};
      return {
        scores,
        ms: totalMs,
        ...(runMs === undefined ? {} : { runMs }),
        ...(firstPartialMs === undefined ? {} : { firstPartialMs }),
        ...(kept === undefined ? {} : { kept }),
        ...(stageRows === undefined ? {} : { stageRows }),
        ...(gpu ? { pipelines: await takePipelines() } : {}),
      };
    },
  };
});
