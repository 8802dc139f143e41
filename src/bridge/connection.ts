import * as Comlink from 'comlink';
import { errorFromData, messageOf, RerankError } from '../errors.js';
import { Failure } from '../failure.js';
import {
  READY,
  type BatchReport,
  type OpenReport,
  type OpenRequest,
  type Outcome,
  type PrepareRequest,
  type ScoreReport,
  type ScoreRequest,
  type WorkerApi,
} from '../protocol.js';
import { describe, guard } from '../kinds.js';
import { scriptOf } from './launch.js';
import { watch, watchLock } from './signs-of-life.js';

/** The page's end of one worker. Its promises reject with real errors, also when the worker itself dies. */
export interface Connection {
  /** Waits for the worker's code. @throws RerankError as `open` */
  load(): Promise<void>;
  /** Starts the runtime, once the code is there. @throws RerankError as `open` */
  prepare(request: PrepareRequest): Promise<void>;
  /**
   * Opens the model.
   * @param handOver - give the weights to the worker in place of a copy; they are gone here then
   * @throws RerankError whatever the worker reports; `timeout`, `worker-failed`
   */
  open(request: OpenRequest, handOver: boolean): Promise<OpenReport>;
  /** Scores pairs. @throws RerankError whatever the worker reports; `worker-failed`; `timeout` after a silence */
  score(request: ScoreRequest, onBatch: (report: BatchReport) => void): Promise<ScoreReport>;
  /** Asks a request to stop after its running batch. */
  cancel(id: number): void;
  /** Ends the worker at once; what is pending rejects with `reason`. */
  close(reason: Error): void;
}

/** What is used of a worker: a page's own, or a thread of Node's that looks the same. */
export interface WorkerLike extends Pick<Worker, 'addEventListener' | 'removeEventListener' | 'terminate'> {
  /** Sends a message, and hands what is in `transfer` over. */
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

/**
 * Starts a worker; `load` waits until its code has loaded, and `close` ends it also before that.
 *
 * @param create - makes the worker
 * @param timeout - milliseconds for its code, again for the runtime, for opening the model, and for each batch
 * @throws RerankError `worker-failed`; `invalid-input` for what is no worker
 */
export function connectWorker(create: () => WorkerLike, timeout: number): Connection {
  const worker = makeWorker(create);
  const failure = failureOf(worker);
  const stopWaiting = watchLock(worker, failure);
  const loaded = ready(worker);
  const remote = Comlink.wrap<WorkerApi>(worker);
  const unwrap = async <T>(call: Promise<Outcome<T>>): Promise<T> => {
    const outcome = await failure.unlessFailed(call);
    if (outcome.ok) return outcome.value;
    throw errorFromData(outcome.error);
  };
  const within = <T>(what: string, work: Promise<T>) => watch(timeout, what, work).result;
  return {
    load: () => within('load the worker', failure.unlessFailed(loaded)),
    prepare: (request) => within('start the runtime', unwrap(remote.prepare(request))),
    open(request, handOver) {
      // The loader makes these bytes, whole buffers and never shared memory.
      const files = [request.weights, ...(request.externalData ?? []).map(({ bytes }) => bytes)];
      const buffers = files.map(({ buffer }) => buffer as ArrayBuffer);
      const opened = remote.open(handOver ? Comlink.transfer(request, buffers) : request);
      return within(`open the model on ${request.device}`, unwrap(opened));
    },
    score(request, onBatch) {
      const hear = (report: BatchReport) => {
        watched.heard();
        onBatch(report);
      };
      const scored = remote.score(request, Comlink.proxy(hear));
      const watched = watch(timeout, 'score a batch', unwrap(scored));
      return watched.result;
    },
    cancel: (id) => void remote.cancel(id),
    close(reason) {
      failure.fail(reason);
      stopWaiting();
      worker.terminate();
    },
  };
}

function makeWorker(create: () => WorkerLike): WorkerLike {
  let worker: unknown;
  try {
    worker = create();
  } catch (cause) {
    if (cause instanceof RerankError) throw cause;
    throw new RerankError('worker-failed', `The worker could not be made: ${messageOf(cause)}`, { cause });
  }
  if (guard('The worker', () => isWorker(worker))) return worker as WorkerLike; // seen to be one
  const what = worker instanceof Promise ? 'a promise' : describe(worker);
  throw new RerankError('invalid-input', `createWorker gave ${what}; expected a Worker, at once.`);
}

/** Not `instanceof`: a worker may come from another window. */
function isWorker(value: unknown): boolean {
  const methods = ['postMessage', 'addEventListener', 'removeEventListener', 'terminate'] as const;
  const worker = value as Partial<WorkerLike> | null | undefined;
  return methods.every((method) => typeof worker?.[method] === 'function');
}

/** Comlink never listens for these two events. */
function failureOf(worker: WorkerLike): Failure {
  const failure = new Failure();
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    // A script that could not be loaded gives an event without a message.
    const message = event.message ? `The worker failed: ${event.message}` : notLoaded(scriptOf(worker));
    failure.fail(new RerankError('worker-failed', message, { cause: event.error }));
  });
  worker.addEventListener('messageerror', () => {
    failure.fail(new RerankError('worker-failed', 'The worker sent a message that cannot be read.'));
  });
  return failure;
}

/** The browser tells the page no more than that; `url` is undefined for a worker of the caller's own. */
function notLoaded(url: string | undefined): string {
  const what =
    'or a script that it imports: is it missing, is a web page in its place, does a content security policy forbid it?';
  if (url === undefined) return `The worker failed: its script could not be loaded, ${what}`;
  return (
    `The worker failed: its script ${url} could not be loaded, ${what} Where a bundler did not put it there, run ` +
    '"npx browser-reranker assets public/browser-reranker" and pass assetsUrl: \'/browser-reranker/\'; with Vite 5 to 7 use ' +
    'the plugin of browser-reranker/vite. docs/guides/bundlers.md has the line for each bundler.'
  );
}

function ready(worker: WorkerLike): Promise<void> {
  return new Promise((resolve) => {
    worker.addEventListener('message', function listen(event) {
      if (event.data !== READY) return;
      worker.removeEventListener('message', listen);
      resolve();
    });
  });
}
