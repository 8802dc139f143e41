/** What of a ranking places a hit. */
interface Place {
  /** Where the hit stood among the candidates, which is where it stood among the results. */
  index: number;
}

/**
 * Results in the order of a ranking of their first ones. What the ranking leaves out, and what lay behind the candidates, follows in the
 * order it had.
 *
 * @param only - true: leave out what the ranking leaves out
 * @param topK - how many to give at most
 */
export function arrange<Hit>(
  results: readonly Hit[],
  ranking: readonly Place[],
  { only = false, topK }: { only?: boolean; topK?: number | undefined } = {},
): Hit[] {
  const ranked = new Set(ranking.map(({ index }) => index));
  const behind = only ? [] : [...results.keys()].filter((index) => !ranked.has(index));
  return [...ranked, ...behind].slice(0, topK).flatMap((index) => results.slice(index, index + 1));
}
