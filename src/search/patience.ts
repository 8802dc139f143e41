import { abortError } from '../errors.js';

/**
 * Runs work for a limited time.
 *
 * @param limit - milliseconds, or `Infinity`
 * @param signal - ends the work sooner
 * @param run - is given a signal that is aborted when the time is over or `signal` is
 * @param late - makes the error when the time is over
 * @throws what `run` throws, what `late` gives, or an `AbortError`; both of these at once, whether `run` heeds its signal or not
 */
export function withPatience<T>(
  limit: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
  late: () => Error,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = new AbortController();
    const end = (error: Error) => {
      reject(error);
      stop.abort(error);
    };
    const cancel = () => end(abortError(signal));
    if (signal.aborted) return cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const timer = limit === Infinity ? undefined : setTimeout(() => end(late()), limit);
    run(stop.signal)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
      });
  });
}

/** Waits. @throws an `AbortError` as soon as `signal` is aborted */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      clearTimeout(timer);
      reject(abortError(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', cancel);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
  });
}
