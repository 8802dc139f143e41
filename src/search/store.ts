import { callAsListener } from './problems.js';

/** A state that never changes in place, and who is told of a new one. */
export class Store<State extends object> {
  readonly #listeners = new Set<{ listener: (state: State) => void }>();
  #state: State;

  constructor(initial: State) {
    this.#state = Object.freeze(initial);
  }

  /** The current state: the same object until something changes. */
  get state(): State {
    return this.#state;
  }

  /** Makes a new state of the current one and tells the listeners. */
  update(change: Partial<State>): void {
    this.#state = Object.freeze({ ...this.#state, ...change });
    for (const { listener } of [...this.#listeners]) callAsListener(() => listener(this.#state));
  }

  /** Calls a listener at once (as Svelte's stores do) and after each change. @returns a function that ends it */
  subscribe(listener: (state: State) => void): () => void {
    const entry = { listener };
    this.#listeners.add(entry);
    callAsListener(() => listener(this.#state));
    return () => void this.#listeners.delete(entry);
  }

  /** Forgets all listeners. */
  clear(): void {
    this.#listeners.clear();
  }
}
