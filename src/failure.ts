/**
 * Something that may break while others wait on it: a worker, a GPU. `Promise.race` with one promise that lives as long as
 * the thing itself would keep every result until its end.
 */
export class Failure {
  #error: Error | undefined;
  readonly #waiting = new Set<(error: Error) => void>();

  /** What broke it; undefined while it holds. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** It broke: what waits rejects, now and from now on. Only the first error counts. */
  fail(error: Error): void {
    this.#error ??= error;
    for (const reject of this.#waiting) reject(this.#error);
    this.#waiting.clear();
  }

  /** Follows `work`, but rejects as soon as it breaks. */
  unlessFailed<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#error) reject(this.#error);
      this.#waiting.add(reject);
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }
}
