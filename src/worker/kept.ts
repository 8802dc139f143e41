import { LRUCache } from 'lru-cache';

/** Hidden states of segments at the cuts of the model, as many as fit; those least recently used go first. */
export class KeptStates {
  readonly #states: LRUCache<string, Float32Array> | undefined;

  /** @param bytes - most bytes of states and their keys; 0 keeps nothing */
  constructor(bytes: number) {
    this.#states = bounded(bytes, (states: Float32Array, key) => states.byteLength + key.length);
  }

  /** The states of a segment at a cut, tokens × hidden floats, and marks them as used. */
  get(cut: number, key: string): Float32Array | undefined {
    return this.#states?.get(`${cut}:${key}`);
  }

  /** Keeps states; what is larger than the limit is not kept. */
  set(cut: number, key: string, states: Float32Array): void {
    this.#states?.set(`${cut}:${key}`, states);
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.#states?.calculatedSize ?? 0;
  }
}

/** Token ids of passages: with their states at hand, tokenising would be a good part of what is left to do. */
export class KeptTokens {
  readonly #ids: LRUCache<string, number[]> | undefined;

  /** @param bytes - most bytes of ids and texts; 0 keeps nothing */
  constructor(bytes: number) {
    this.#ids = bounded(bytes, (ids: number[], text) => 8 * ids.length + 2 * text.length);
  }

  /** The ids of a passage, from before or from `encode`. */
  get(passage: string, encode: () => number[]): number[] {
    const known = this.#ids?.get(passage);
    if (known) return known;
    const ids = encode();
    this.#ids?.set(passage, ids);
    return ids;
  }
}

function bounded<V extends object>(
  bytes: number,
  sizeOf: (value: V, key: string) => number,
): LRUCache<string, V> | undefined {
  // For the library a limit of 0 is none, and every entry has a size.
  return bytes > 0
    ? new LRUCache({ maxSize: bytes, sizeCalculation: (value, key) => Math.max(sizeOf(value, key), 1) })
    : undefined;
}
