import { RerankError } from '../errors.js';
import type { Failure } from '../failure.js';
import type { LockMessage } from '../protocol.js';

/** A limit is counted in so many steps: a laptop that sleeps, or a page whose timers are throttled, loses one at most. */
const STEPS = 8;

/** Follows work that gives signs of life meanwhile. */
export interface Watched<T> {
  /** Settles as the work does; rejects with `timeout` when it has been silent for too long. */
  result: Promise<T>;
  /** The work has given a sign. */
  heard: () => void;
}

/**
 * Follows work that may never settle.
 *
 * @param limit - milliseconds of silence that are too long; Infinity for none
 * @param what - for the message: what is being done
 */
export function watch<T>(limit: number, what: string, work: Promise<T>): Watched<T> {
  if (limit === Infinity) return { result: work, heard: () => undefined };
  let silent = 0;
  const result = new Promise<T>((resolve, reject) => {
    const timer = setInterval(() => {
      if (++silent <= STEPS) return;
      clearInterval(timer);
      const advice = 'Raise the option timeout for slow devices.';
      reject(new RerankError('timeout', `It took more than ${limit} ms to ${what}. ${advice}`));
    }, limit / STEPS);
    work.then(resolve, reject).finally(() => clearInterval(timer));
  });
  return { result, heard: () => (silent = 0) };
}

/**
 * Waits for the lock that a worker holds while it lives, once the worker has told its name.
 * @returns stops waiting
 */
export function watchLock(
  worker: Pick<Worker, 'addEventListener' | 'removeEventListener'>,
  failure: Failure,
): () => void {
  const stop = new AbortController();
  const listen = ({ data }: MessageEvent<Partial<LockMessage> | null>) => {
    const name = data?.livingLock;
    if (typeof name !== 'string') return;
    worker.removeEventListener('message', listen);
    const ended = () =>
      failure.fail(
        new RerankError('worker-failed', 'The worker has ended (by itself, or the system ended it).'),
      );
    const { locks } = navigator as { locks?: LockManager }; // missing on insecure pages
    locks?.request(name, { signal: stop.signal }, ended).catch(() => undefined);
  };
  worker.addEventListener('message', listen);
  return () => {
    worker.removeEventListener('message', listen);
    stop.abort();
  };
}
