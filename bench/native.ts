import * as ort from 'onnxruntime-node';
import { planBatches } from '../src/worker/batches.js';
import { PACKED_BATCH_TOKENS, toFeeds } from './batches.js';
import type { Sample } from './pages/contestant.js';
import type { Work, WorkloadMaker } from './workload.js';

/** onnxruntime without a browser, fed with browser-reranker's own batches: what the machine can do. */
export async function openNative(
  weights: string,
  threads: number,
  maker: WorkloadMaker,
): Promise<{ note: string; rank: (work: Work) => Promise<Sample>; close: () => Promise<void> }> {
  const session = await ort.InferenceSession.create(weights, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const output = session.outputNames[0] ?? '';
  return {
    note: `${threads} thread(s), Node ${process.version}`,
    async rank({ query, passages }) {
      const started = performance.now();
      const rows = maker.encode(query, passages);
      const scores = new Array<number>(rows.length);
      let runMs = 0;
      let firstPartialMs: number | undefined;
      const lengths = rows.map((row) => row.ids.length);
      for (const batch of planBatches(lengths, PACKED_BATCH_TOKENS)) {
        const feeds = toFeeds(
          ort.Tensor,
          batch.flatMap((row) => rows[row] ?? []),
        );
        const runStarted = performance.now();
        const logits = (await session.run(feeds))[output]?.data as Float32Array;
        runMs += performance.now() - runStarted;
        batch.forEach((row, place) => (scores[row] = logits[place] ?? Number.NaN));
        firstPartialMs ??= performance.now() - started;
      }
      const ms = performance.now() - started;
      return { scores, ms, runMs, firstPartialMs: firstPartialMs ?? ms, longTasks: 0, longestTaskMs: 0 };
    },
    close: () => session.release(),
  };
}
