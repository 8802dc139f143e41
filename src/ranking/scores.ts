import type { ReadDocument } from '../input.js';
import type { BatchReport } from '../protocol.js';
import type { Activation, CharacterRange, RankedDocument } from '../types.js';
import { activate } from './activation.js';
import { orderByScore } from './order.js';

/** Scores so far, in the order of the input; NaN where there is none yet. */
export interface Scores {
  /** What the model gave. */
  logits: Float32Array;
  /** The best windows of passages that were cut. */
  windows: (CharacterRange | undefined)[];
}

/** Scores of so many pairs before the first is known. */
export function noScores(pairs: number): Scores {
  return {
    logits: new Float32Array(pairs).fill(Number.NaN),
    windows: Array.from({ length: pairs }, () => undefined),
  };
}

/** Adds what a batch completed. @param members - the pairs that the batch's positions stand for */
export function keepBatch(scores: Scores, members: readonly number[], batch: BatchReport): void {
  batch.indices.forEach((position, place) => {
    const index = members[position];
    if (index === undefined) return;
    scores.logits[index] = batch.logits[place] ?? Number.NaN;
    scores.windows[index] = batch.windows[place];
  });
}

/** The ranking of what is scored so far, best first. @param topK - how many of it; undefined: all */
export function toRanking<D>(
  { logits, windows }: Scores,
  documents: readonly ReadDocument<D>[],
  activation: Activation,
  topK: number | undefined,
): RankedDocument<D>[] {
  return orderByScore(logits, topK).flatMap((index) => {
    const given = documents[index];
    const window = windows[index];
    if (!given) return [];
    return [
      {
        index,
        score: activate(logits[index] ?? Number.NaN, activation),
        document: given.document,
        ...(window && { window }),
      },
    ];
  });
}
