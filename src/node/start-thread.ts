import { Worker, type Transferable as NodeTransferable } from 'node:worker_threads';
import type { WorkerLike } from '../bridge/connection.js';

/** Starts the thread that ranks, as a worker like those of a page. */
export function startThread(): WorkerLike {
  return new Thread(makeThread());
}

/** Bundlers look for the literal expression. In a checkout this file and the thread's are TypeScript, which tsx reads. */
function makeThread(): Worker {
  // It says how text given with --eval is to be read, and Node takes it for no file.
  const execArgv = process.execArgv.filter((arg) => !arg.startsWith('--input-type'));
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./thread.js', import.meta.url), { execArgv });
  const source = import.meta.url.replace(/[^/]+$/, 'thread.ts');
  const program = `import('tsx/esm/api').then(({ register }) => (register(), import('${source}')))`;
  return new Worker(program, { eval: true, execArgv });
}

/** A thread of Node's with the interface of a page's worker. */
class Thread extends EventTarget {
  constructor(private readonly thread: Worker) {
    super();
    thread.on('message', (data: unknown) => this.dispatchEvent(new MessageEvent('message', { data })));
    thread.on('messageerror', () => this.dispatchEvent(new Event('messageerror')));
    thread.on('error', (error) =>
      this.#fail(`its thread could not run: ${error.message}${cure(error)}`, error),
    );
    thread.on('exit', (code) => this.#fail(`its thread has ended (exit code ${code})`));
  }

  /** Sends a message. @param transfer - buffers and ports that are handed over */
  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.thread.postMessage(message, transfer as NodeTransferable[]); // the same objects, typed apart
  }

  /** Ends the thread at once, with those that the runtime has started. */
  terminate(): void {
    void this.thread.terminate();
  }

  #fail(message: string, error?: Error): void {
    // Node 20 has no ErrorEvent.
    this.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), { message, error }));
  }
}

/** A server's bundler that takes this package apart leaves the thread's file behind. */
function cure({ message }: Error): string {
  if (!/Cannot find (?:module|package)/.test(message)) return '';
  return (
    ". Where a bundler builds the server, let it leave this package whole: serverExternalPackages: ['browser-reranker'] in " +
    "next.config, external: ['browser-reranker'] elsewhere (docs/guides/node.md)."
  );
}
