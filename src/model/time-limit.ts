import { abortError } from '../errors.js';

/**
 * Waits for a step, but no longer than a time, and not when the caller has cancelled: also where what is waited for heeds
 * neither (a `fetch` of the caller's own, Cache Storage).
 *
 * @param milliseconds - `Infinity` waits for ever
 * @param late - makes the error for a step that took too long
 * @throws the step's own failure, what `late` makes, or an `AbortError`
 */
export function inTime<T>(
  step: Promise<T>,
  milliseconds: number,
  late: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = Number.isFinite(milliseconds)
      ? setTimeout(() => settle(() => reject(late())), milliseconds)
      : undefined;
    const cancel = () => settle(() => reject(signal ? abortError(signal) : late()));
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      outcome();
    };
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    const done = () => settle(() => resolve(step));
    step.then(done, done);
  });
}

/** Waits so long. @throws an `AbortError` at once when `signal` is aborted */
export function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    const cancel = () => {
      clearTimeout(timer);
      if (signal) reject(abortError(signal));
    };
    signal?.addEventListener('abort', cancel, { once: true });
  });
}
