import * as Comlink from 'comlink';
import { errorFromData, RerankError } from '../errors.js';
import {
  READY,
  type BatchReport,
  type OpenReport,
  type OpenRequest,
  type Outcome,
  type ScoreReport,
  type ScoreRequest,
  type WorkerApi,
} from '../protocol.js';

/** The page's end of one worker. Its promises reject with real errors, also when the worker itself dies. */
export interface Connection {
  /** Opens the model. @throws RerankError whatever the worker reports; `timeout`, `worker-failed` */
  open(request: OpenRequest): Promise<OpenReport>;
  /** Scores pairs. @throws RerankError whatever the worker reports; `worker-failed` */
  score(request: ScoreRequest, onBatch: (report: BatchReport) => void): Promise<ScoreReport>;
  /** Asks a request to stop after its running batch. */
  cancel(id: number): void;
  /** Ends the worker at once; what is pending rejects with `reason`. */
  close(reason: Error): void;
}

/**
 * Starts a worker and waits until its code has loaded.
 *
 * @param create - makes the worker
 * @param timeout - milliseconds for the start, and again for opening the model
 * @throws RerankError `unsupported-environment` without workers, `worker-failed`, `timeout`
 */
export async function connectWorker(create: () => Worker, timeout: number): Promise<Connection> {
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
  try {
    await within(timeout, 'load the worker', Promise.race([ready(worker), failure.happened]));
  } catch (error) {
    worker.terminate();
    throw error;
  }
  const remote = Comlink.wrap<WorkerApi>(worker);
  const api: WorkerApi = {
    open: (request) => remote.open(request),
    score: (request, onBatch) => remote.score(request, Comlink.proxy(onBatch)),
    cancel: (id) => remote.cancel(id),
  };
  return connect(api, timeout, failure, () => worker.terminate());
}

/** Talks to a service in this very thread; used by the terminal. */
export function connectService(service: WorkerApi, timeout: number): Connection {
  return connect(service, timeout, manualFailure(), () => undefined);
}

/** A promise that rejects when the worker dies, and the means to make it so. */
interface Failure {
  happened: Promise<never>;
  fail(error: Error): void;
}

function connect(api: WorkerApi, timeout: number, failure: Failure, terminate: () => void): Connection {
  const unwrap = async <T>(call: Promise<Outcome<T>>): Promise<T> => {
    const outcome = await Promise.race([call, failure.happened]);
    if (outcome.ok) return outcome.value;
    throw errorFromData(outcome.error);
  };
  return {
    open: (request) => within(timeout, `open the model on ${request.device}`, unwrap(api.open(request))),
    score: (request, onBatch) => unwrap(api.score(request, onBatch)),
    cancel: (id) => void api.cancel(id),
    close(reason) {
      failure.fail(reason);
      terminate();
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
