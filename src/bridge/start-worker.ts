import type { Runtime } from '../types.js';
import { launch } from './launch.js';

/** Starts the worker of a runtime. Bundlers look for these literal expressions and emit the three workers. */
export function startWorker(runtime: Runtime): Worker {
  return launch(() => {
    switch (runtime) {
      case 'wasm':
        return new Worker(new URL('../worker/entry-wasm.js', import.meta.url), { type: 'module' });
      case 'webgpu':
        return new Worker(new URL('../worker/entry-webgpu.js', import.meta.url), { type: 'module' });
      case 'jspi':
        return new Worker(new URL('../worker/entry-jspi.js', import.meta.url), { type: 'module' });
    }
  });
}
