import { expose, type Ranked } from './contestant.js';
import type { RawRequest } from './raw-worker.js';

// onnxruntime-web by itself, in a worker: tokens in, logits out. Modes: `padded`, `packed`.
expose(async ({ mode, model, threads }) => {
  const worker = new Worker(new URL('./raw-worker.ts', import.meta.url), { type: 'module' });
  const ask = (request: RawRequest) =>
    new Promise<Ranked>((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }: MessageEvent<Ranked | { error: string }>) =>
        'error' in data ? reject(new Error(data.error)) : resolve(data);
      worker.postMessage(request);
    });
  await ask({ open: { url: `/models/${model}/onnx/model_quantized.onnx`, threads } });
  return { note: `${threads} thread(s)`, rank: ({ rows }) => ask({ rows, packed: mode === 'packed' }) };
});
