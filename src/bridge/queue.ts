import { abortError, throwIfAborted } from '../errors.js';

/** Runs tasks one after the other; a task that fails does not stop the next. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs `task` when everything before it has settled.
   * @param signal - rejects at once when aborted; a task that has not begun is then never run, and one that runs is
   *   waited for by its successors
   */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const result = this.#last.then(() => {
      throwIfAborted(signal);
      return task();
    });
    this.#last = result.catch(() => undefined);
    return signal ? unlessAborted(result, signal) : result;
  }
}

/** Follows `work`, but rejects as soon as `signal` is aborted. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = () => reject(abortError(signal));
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}
