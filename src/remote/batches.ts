import type { Pair } from '../types.js';
import { TooLargeError } from './request.js';

/** Texts of one query that go into one request. */
export interface Batch {
  /** What they are scored for. */
  readonly query: string;
  /** Positions of their pairs. */
  readonly members: readonly number[];
}

/** Deals pairs out to requests: one query each, in the order of the pairs, at most so many texts. */
export function toBatches(pairs: readonly Pair[], batchSize: number): Batch[] {
  const byQuery = new Map<string, number[]>();
  pairs.forEach(([query], index) => {
    const members = byQuery.get(query) ?? [];
    byQuery.set(query, members);
    members.push(index);
  });
  return [...byQuery].flatMap(([query, members]) =>
    Array.from({ length: Math.ceil(members.length / batchSize) }, (_, batch) => ({
      query,
      members: members.slice(batch * batchSize, (batch + 1) * batchSize),
    })),
  );
}

/**
 * Sends batches, a few at a time; one that is too large for the server goes again in halves.
 *
 * @param send - asks for the scores of one batch
 * @param concurrency - requests under way at the same time
 * @throws the first failure; no further batch is begun then
 */
export async function sendBatches(
  batches: readonly Batch[],
  send: (batch: Batch) => Promise<void>,
  concurrency: number,
): Promise<void> {
  const waiting = [...batches];
  let failed = false;
  const work = async () => {
    for (let batch = waiting.shift(); batch && !failed; batch = waiting.shift()) {
      try {
        await sendOrHalve(batch, send);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, waiting.length) }, work));
}

async function sendOrHalve(batch: Batch, send: (batch: Batch) => Promise<void>): Promise<void> {
  try {
    await send(batch);
  } catch (error) {
    const { query, members } = batch;
    if (!(error instanceof TooLargeError) || members.length === 1) throw error;
    const middle = members.length >> 1;
    await sendOrHalve({ query, members: members.slice(0, middle) }, send);
    await sendOrHalve({ query, members: members.slice(middle) }, send);
  }
}
