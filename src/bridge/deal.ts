import type { Pair } from '../types.js';

/** Chunks a worker gets on average: enough to even out, few enough to keep batches full. */
const CHUNKS_PER_WORKER = 4;
const SMALLEST_CHUNK = 8;
const LARGEST_CHUNK = 128;

/** Another worker's chunk is taken only while more than this many wait: whoever knows the passages has a third of the work. */
const LEFT_TO_OWNER = 2;

/** A pair and its position in the call. */
export interface Dealt {
  /** The pair. */
  pair: Pair;
  /** Its position in the input. */
  index: number;
}

/**
 * Deals the pairs of a call out to workers, in chunks that each fetches when it is done with one. Chunks hold passages of
 * like length, longest first, so that batches stay full and no worker is left with a long one at the end.
 */
export class Deal {
  /** What any worker may take. */
  readonly #open: Dealt[][];
  /** What each worker's own passages are in. */
  readonly #owned: Dealt[][][];

  /** @param ownerOf - the worker that keeps a passage's states, if any does */
  constructor(pairs: readonly Pair[], workers: number, ownerOf: (passage: string) => number | undefined) {
    const size = workers === 1 ? LARGEST_CHUNK : evenChunk(pairs.length, workers);
    const longestFirst = pairs
      .map((pair, index) => ({
        pair,
        index,
        owner: ownerOf(pair[1]),
        length: pair[0].length + pair[1].length,
      }))
      .sort((a, b) => b.length - a.length || a.index - b.index);
    const chunksOf = (owner: number | undefined) =>
      chunks(
        longestFirst.filter((dealt) => dealt.owner === owner),
        size,
      );
    this.#open = chunksOf(undefined);
    this.#owned = Array.from({ length: workers }, (_, worker) => chunksOf(worker));
  }

  /** The next chunk for a worker: its own, else an open one, else one that another would only come to late. */
  next(worker: number): Dealt[] | undefined {
    const own = this.#owned[worker]?.shift() ?? this.#open.shift();
    if (own) return own;
    const fullest = this.#owned.reduce(
      (most, waiting) => (waiting.length > most.length ? waiting : most),
      [],
    );
    return fullest.length > LEFT_TO_OWNER ? fullest.pop() : undefined;
  }
}

function evenChunk(count: number, workers: number): number {
  const even = Math.ceil(count / (workers * CHUNKS_PER_WORKER));
  return Math.min(Math.max(even, SMALLEST_CHUNK), LARGEST_CHUNK);
}

function chunks(dealt: readonly Dealt[], size: number): Dealt[][] {
  return Array.from({ length: Math.ceil(dealt.length / size) }, (_, chunk) =>
    dealt.slice(chunk * size, (chunk + 1) * size),
  );
}
