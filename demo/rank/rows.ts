import type { CharacterRange } from '../../src/index.js';
import type { Passage } from './collection.js';
import type { FirstOrder, SecondOrder } from './pipeline.js';

/** One line of one of the two lists. */
export interface Row {
  /** The passage's position in the collection: it names the row. */
  readonly key: number;
  /** The passage. */
  readonly passage: Passage;
  /** Its place in this list, from 1. */
  readonly place: number;
  /** Its place in the other list, from 1; undefined while that is not known. */
  readonly otherPlace: number | undefined;
  /** Its score in this list. */
  readonly score: number;
  /** The length of its bar, 0 to 1. */
  readonly share: number;
  /** The part of the passage's text that counted, when the passage was read in windows. */
  readonly window: CharacterRange | undefined;
  /** Words to show as matched. */
  readonly terms: readonly string[];
}

/** The keyword order's rows; bars are shares of the best score. */
export function rowsBefore(first: FirstOrder, second: SecondOrder | undefined): Row[] {
  const after = new Map(second?.map(({ index }, place) => [index, place + 1]));
  const best = first.hits[0]?.score ?? 0;
  return first.hits.flatMap(({ index, score, terms }, place) => {
    const passage = first.passages[index];
    if (passage === undefined) return [];
    const share = best > 0 ? score / best : 0;
    const otherPlace = after.get(place);
    return [{ key: index, passage, place: place + 1, otherPlace, score, share, window: undefined, terms }];
  });
}

/** The cross-encoder's rows; bars run from the lowest score of all candidates to the highest. */
export function rowsAfter(first: FirstOrder, second: SecondOrder): Row[] {
  const high = second[0]?.score ?? 0;
  const low = second.at(-1)?.score ?? 0;
  return second.flatMap(({ index, score, window }, place) => {
    const hit = first.hits[index];
    const passage = hit && first.passages[hit.index];
    if (hit === undefined || passage === undefined) return [];
    const share = high > low ? (score - low) / (high - low) : 1;
    return [
      { key: hit.index, passage, place: place + 1, otherPlace: index + 1, score, share, window, terms: [] },
    ];
  });
}
