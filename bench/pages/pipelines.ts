import type { Runtime } from '../../src/index.js';
import { PIPELINES } from './count-pipelines.js';

let compiled = 0;
const channel = new BroadcastChannel(PIPELINES);
channel.onmessage = () => void compiled++;

/** A worker that says when it compiles a GPU pipeline. */
export function countedWorker(runtime: Runtime): Worker {
  return runtime === 'jspi'
    ? new Worker(new URL('./counted-jspi.ts', import.meta.url), { type: 'module' })
    : new Worker(new URL('./counted-webgpu.ts', import.meta.url), { type: 'module' });
}

/** How many were compiled since this was last asked. */
export async function takePipelines(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 50)); // the last messages may be on their way
  const taken = compiled;
  compiled = 0;
  return taken;
}
