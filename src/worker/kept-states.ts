import { LRUCache } from 'lru-cache';

/** Hidden states of segments at the cuts of the model, as many as fit; those least recently used go first. */
export class KeptStates {
  readonly #states: LRUCache<string, Float32Array> | undefined;

  /** @param bytes - most bytes of states; 0 keeps nothing */
  constructor(bytes: number) {
    // For the library a limit of 0 is none.
    this.#states =
      bytes > 0
        ? new LRUCache({ maxSize: bytes, sizeCalculation: (states, key) => states.byteLength + key.length })
        : undefined;
  }

  /** The states of a segment at a cut, tokens × hidden floats, and marks them as used. */
  get(cut: number, key: string): Float32Array | undefined {
    return this.#states?.get(`${cut}:${key}`);
  }

  /** Keeps states; what is larger than the limit is not kept. */
  set(cut: number, key: string, states: Float32Array): void {
    this.#states?.set(`${cut}:${key}`, states);
  }

  /** Bytes in use, keys included. */
  get bytes(): number {
    return this.#states?.calculatedSize ?? 0;
  }
}
