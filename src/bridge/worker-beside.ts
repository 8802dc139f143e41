import type { Runtime } from '../types.js';
import { launch } from './launch.js';

/**
 * How to start the self-contained workers of a folder: the script tag's own, or one that `browser-reranker assets` wrote.
 * From another origin that needs `worker-src blob:` and the other origin where a policy is set.
 *
 * @param baseUrl - the folder, ending in a slash @param query - what each file's URL ends with, mostly nothing
 */
export function workerBeside(baseUrl: string, query = ''): (runtime: Runtime) => Worker {
  return (runtime) => {
    const url = `${baseUrl}worker-${runtime}.js${query}`;
    return launch(() => new Worker(url, { type: 'module' }));
  };
}
