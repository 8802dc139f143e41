import * as ort from 'onnxruntime-web/wasm';
import type { EncodedPair } from '../../src/worker/tokenizer.js';
import { packEqually, toFeeds } from '../batches.js';
import type { Ranked } from './contestant.js';

/** What the page asks of the worker. */
export type RawRequest =
  { open: { url: string; threads: number } } | { rows: EncodedPair[]; packed: boolean };

let session: ort.InferenceSession | undefined;

/** Opens the graph, or runs the rows; only time inside `run` counts. */
async function answer(request: RawRequest): Promise<Ranked> {
  if ('open' in request) {
    ort.env.logLevel = 'error';
    ort.env.wasm.numThreads = request.open.threads;
    const weights = await (await fetch(new URL(request.open.url, location.origin))).arrayBuffer();
    session = await ort.InferenceSession.create(new Uint8Array(weights), { executionProviders: ['wasm'] });
    return { scores: [] };
  }
  if (!session) throw new Error('not open');
  const scores: number[] = [];
  let runMs = 0;
  for (const batch of request.packed ? packEqually(request.rows) : [request.rows]) {
    const feeds = toFeeds(ort.Tensor, batch);
    const started = performance.now();
    const results = await session.run(feeds);
    runMs += performance.now() - started;
    const logits = results[session.outputNames[0] ?? '']?.data;
    if (logits instanceof Float32Array) scores.push(...logits);
  }
  return { scores, ms: runMs, runMs };
}

// The runtime starts its threads from this very script; there it takes over by itself.
if (!self.name.startsWith('em-pthread')) {
  self.onmessage = ({ data }: MessageEvent<RawRequest>) => {
    answer(data).then(
      (ranked) => self.postMessage(ranked),
      (error: unknown) => self.postMessage({ error: String(error) }),
    );
  };
}
