import { startTrusted } from '../trusted-types.js';
import type { Runtime } from '../types.js';

/**
 * How to start the workers that lie beside the script. A page may not start a worker from another origin (a CDN), so
 * there a worker of the page's own imports it; that needs `worker-src blob:` and the other origin where a policy is set.
 *
 * @param scriptUrl - where the script tag's file came from
 */
export function workerStarter(scriptUrl: string): (runtime: Runtime) => Worker {
  return (runtime) => {
    const url = new URL(`worker-${runtime}.js`, scriptUrl);
    if (url.origin === location.origin) return startTrusted(() => new Worker(url, { type: 'module' }));
    const program = new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' });
    const blobUrl = URL.createObjectURL(program);
    const worker = startTrusted(() => new Worker(blobUrl, { type: 'module' }));
    worker.addEventListener('message', () => URL.revokeObjectURL(blobUrl), { once: true }); // by then it is loaded
    return worker;
  };
}
