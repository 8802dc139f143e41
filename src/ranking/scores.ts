import type { ReadDocument } from '../input.js';
import type { BatchReport } from '../protocol.js';
import type { Activation, CharacterRange, RankedDocument } from '../types.js';
import { activate } from './activation.js';
import { blend } from './blend.js';
import { orderByScore } from './order.js';
import type { ReadPrior } from './prior.js';

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

/** What becomes of scores, read and checked. */
export interface Arrangement {
  /** What is done to the logits. */
  activation: Activation;
  /** How many of the best; undefined: all. */
  topK?: number | undefined;
  /** What has a say in the order besides the model. */
  prior?: ReadPrior | undefined;
  /** How many of the documents stay on top, in the order of the input. */
  keepFirst?: number | undefined;
  /** The lowest score that is not left out. */
  minScore?: number | undefined;
}

/** The ranking of what is scored so far, best first. */
export function toRanking<D>(
  { logits, windows }: Scores,
  documents: readonly ReadDocument<D>[],
  { activation, topK, prior, keepFirst = 0, minScore = -Infinity }: Arrangement,
): RankedDocument<D>[] {
  const blended = prior && blend(logits, prior);
  const order = orderByScore(blended ?? logits, logits);
  const kept = order.filter((index) => index < keepFirst).sort((a, b) => a - b);
  return [...kept, ...order.filter((index) => index >= keepFirst)]
    .flatMap((index) => {
      const given = documents[index];
      const window = windows[index];
      const score = activate(logits[index] ?? Number.NaN, activation);
      if (!given || (index >= keepFirst && score < minScore)) return [];
      return [
        {
          index,
          score,
          ...(blended && { blended: blended[index] ?? Number.NaN }),
          document: given.document,
          ...(window && { window }),
        },
      ];
    })
    .slice(0, topK);
}
