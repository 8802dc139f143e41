/** A value in the middle of repeated measurements, and how far they lie apart. */
export interface Summary {
  /** Median. */
  median: number;
  /** Smallest. */
  min: number;
  /** Largest. */
  max: number;
  /** (max - min) / median. */
  spread: number;
  /** How many measurements. */
  samples: number;
}

/** A quantile with straight lines between neighbours; NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Median and spread; undefined for no values. */
export function summarise(values: readonly number[]): Summary | undefined {
  if (values.length === 0) return undefined;
  const median = quantile(values, 0.5);
  const min = Math.min(...values);
  const max = Math.max(...values);
  return { median, min, max, spread: median === 0 ? 0 : (max - min) / median, samples: values.length };
}

/**
 * Median of the ratios within each round, so that a machine that slows down over the run does not count for or
 * against anyone. Rounds in which either is missing are left out.
 */
export function pairedRatio(
  above: readonly (number | undefined)[],
  below: readonly (number | undefined)[],
): Summary | undefined {
  return summarise(
    above.flatMap((value, round) => {
      const other = below[round];
      return value === undefined || other === undefined || other === 0 ? [] : [value / other];
    }),
  );
}

/** The largest difference of two lists of scores; infinite for lists of different length or with NaN. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((worst, value, index) => {
    const difference = Math.abs(value - (b[index] ?? Number.NaN));
    return Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  }, 0);
}

/** The places of the best scores, best first, ties by place; NaN is no score. */
export function topOf(scores: readonly number[], count: number): number[] {
  return scores
    .map((score, place) => ({ score, place }))
    .filter(({ score }) => !Number.isNaN(score))
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .slice(0, count)
    .map(({ place }) => place);
}

/** Share of one ranking's best that the other has among its best too; 1 for no scores. */
export function topOverlap(a: readonly number[], b: readonly number[], count: number): number {
  const [best, other] = [topOf(a, count), new Set(topOf(b, count))];
  return best.length === 0 ? 1 : best.filter((place) => other.has(place)).length / best.length;
}

/** The largest difference between scores that both lists have; NaN is no score; 0 where they share none. */
export function differenceOfShared(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((score, place) => Math.abs(score - (b[place] ?? Number.NaN)));
  return Math.max(0, ...differences.filter((difference) => !Number.isNaN(difference)));
}
