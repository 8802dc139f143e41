import * as Comlink from 'comlink';
import { errorFromData, RerankError } from '../errors.js';
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
  /** Scores pairs. @throws RerankError whatever the worker reports; `worker-failed` */
  score(request: ScoreRequest, onBatch: (report: BatchReport) => void): Promise<ScoreReport>;
  /** Asks a request to stop after its running batch. */
  cancel(id: number): void;
  /** Ends the worker at once; what is pending rejects with `reason`. */
  close(reason: Error): void;
}

/**
 * Starts a worker; `load` waits until its code has loaded, and `close` ends it also before that.
 *
 * @param create - makes the worker
 * @param timeout - milliseconds for its code, again for the runtime, and again for opening the model
 * @throws RerankError `unsupported-environment` without workers, `worker-failed`
 */
export function connectWorker(create: () => Worker, timeout: number): Connection {
  if (typeof Worker === 'undefined') {
    throw new RerankError(
      'unsupported-environment',
      'There is no Worker here. Ranking needs a page (not a service worker or a server); in Node use the command ' +
        'browser-reranker.',
    );
  }
  let worker: Worker;
  try {
    worker = create();
  } catch (cause) {
    throw new RerankError('worker-failed', `The worker could not be made: ${String(cause)}`, { cause });
  }
  const failure = failureOf(worker);
  const loaded = ready(worker);
  const remote = Comlink.wrap<WorkerApi>(worker);
  const api: WorkerApi = {
    prepare: (request) => remote.prepare(request),
    open: (request) => remote.open(request),
    score: (request, onBatch) => remote.score(request, Comlink.proxy(onBatch)),
    cancel: (id) => remote.cancel(id),
  };
  return connect(api, timeout, failure, { loaded, terminate: () => worker.terminate() });
}

/** Talks to a service in this very thread; used by the terminal. */
export function connectService(service: WorkerApi, timeout: number): Connection {
  const thread = { loaded: Promise.resolve(), terminate: () => undefined };
  return connect(service, timeout, manualFailure(), thread);
}

/** A promise that rejects when the worker dies, and the means to make it so. */
interface Failure {
  happened: Promise<never>;
  fail(error: Error): void;
}

/** Where a service runs. */
interface Thread {
  loaded: Promise<void>;
  terminate: () => void;
}

function connect(api: WorkerApi, timeout: number, failure: Failure, thread: Thread): Connection {
  const unwrap = async <T>(call: Promise<Outcome<T>>): Promise<T> => {
    const outcome = await Promise.race([call, failure.happened]);
    if (outcome.ok) return outcome.value;
    throw errorFromData(outcome.error);
  };
  return {
    load: () => within(timeout, 'load the worker', Promise.race([thread.loaded, failure.happened])),
    prepare: (request) => within(timeout, 'start the runtime', unwrap(api.prepare(request))),
    open(request, handOver) {
      // The loader makes these bytes, whole buffers and never shared memory.
      const { buffer } = request.weights as Uint8Array<ArrayBuffer>;
      const opened = api.open(handOver ? Comlink.transfer(request, [buffer]) : request);
      return within(timeout, `open the model on ${request.device}`, unwrap(opened));
    },
    score: (request, onBatch) => unwrap(api.score(request, onBatch)),
    cancel: (id) => void api.cancel(id),
    close(reason) {
      failure.fail(reason);
      thread.terminate();
    },
  };
}

function manualFailure(): Failure {
  let fail: (error: Error) => void = () => undefined;
  const happened = new Promise<never>((_, reject) => (fail = reject));
  happened.catch(() => undefined); // Nobody may be waiting when it happens.
  return { happened, fail };
}

/** Comlink never listens for these two events. */
function failureOf(worker: Worker): Failure {
  const failure = manualFailure();
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    // A script that could not be loaded gives an event without a message.
    const why =
      event.message ||
      'its script could not be loaded (missing file, content security policy, other origin?)';
    failure.fail(new RerankError('worker-failed', `The worker failed: ${why}`, { cause: event.error }));
  });
  worker.addEventListener('messageerror', () => {
    failure.fail(new RerankError('worker-failed', 'The worker sent a message that cannot be read.'));
  });
  return failure;
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.addEventListener('message', function listen(event) {
      if (event.data !== READY) return;
      worker.removeEventListener('message', listen);
      resolve();
    });
  });
}

async function within<T>(timeout: number, what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new RerankError(
          'timeout',
          `It took more than ${timeout} ms to ${what}. Raise the option timeout for slow devices.`,
        ),
      );
    }, timeout);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
