import type * as Transformers from '@huggingface/transformers';
import { expose, type Ranked } from './contestant.js';

// Transformers.js from its own CDN build, with the code of its model cards for cross-encoders. Version 2 has the same
// interface; what it does not know of the options, it leaves aside. Modes: `recipe`, `sorted`.

const BATCH = 32;

expose(async ({ mode, model, threads, library = '', runtime = '', device = 'wasm', dtype = 'q8' }) => {
  const { AutoModelForSequenceClassification, AutoTokenizer, env } = (await import(
    /* @vite-ignore */ library
  )) as typeof Transformers;
  env.allowLocalModels = false;
  env.remoteHost = `${location.origin}/`;
  const { wasm } = env.backends.onnx as { wasm: { numThreads?: number; wasmPaths?: unknown } };
  wasm.numThreads = threads;
  wasm.wasmPaths = servedFrom(runtime, wasm.wasmPaths);

  const [scorer, tokenizer] = await Promise.all([
    AutoModelForSequenceClassification.from_pretrained(model, {
      device,
      dtype: dtype === 'w8' ? 'int8' : dtype,
    }),
    AutoTokenizer.from_pretrained(model),
  ]);

  let runMs = 0;
  const score = async (query: string, passages: string[]): Promise<number[]> => {
    const inputs: unknown = tokenizer(new Array<string>(passages.length).fill(query), {
      text_pair: passages,
      padding: true,
      truncation: true,
    });
    const started = performance.now();
    const { logits } = (await scorer(inputs)) as { logits: { data: Float32Array } };
    runMs += performance.now() - started;
    return [...logits.data];
  };

  return {
    note: `${threads} thread(s), version ${env.version}`,
    async rank({ query, passages }): Promise<Ranked> {
      const started = performance.now();
      runMs = 0;
      if (mode === 'recipe') {
        const scores = await score(query, passages);
        sortedByScore(scores);
        return { scores, ms: performance.now() - started, runMs };
      }
      const scores = new Array<number>(passages.length);
      let firstPartialMs: number | undefined;
      const order = passages.map((_, index) => index);
      order.sort((a, b) => (passages[b]?.length ?? 0) - (passages[a]?.length ?? 0));
      for (let from = 0; from < order.length; from += BATCH) {
        const batch = order.slice(from, from + BATCH);
        const logits = await score(
          query,
          batch.map((index) => passages[index] ?? ''),
        );
        batch.forEach((index, place) => (scores[index] = logits[place] ?? Number.NaN));
        firstPartialMs ??= performance.now() - started;
      }
      sortedByScore(scores);
      return {
        scores,
        ms: performance.now() - started,
        runMs,
        ...(firstPartialMs === undefined ? {} : { firstPartialMs }),
      };
    },
  };
});

function sortedByScore(scores: readonly number[]): { index: number; score: number }[] {
  return scores.map((score, index) => ({ index, score })).sort((a, b) => b.score - a.score);
}

/** The files that the library would take from its CDN, from our server. */
function servedFrom(folder: string, paths: unknown): unknown {
  const here = new URL(folder, location.href).href;
  if (typeof paths !== 'object' || paths === null) return here;
  const moved = Object.entries(paths).map(([key, url]) => [key, here + String(url).replace(/^.*\//, '')]);
  return Object.fromEntries(moved) as unknown;
}
