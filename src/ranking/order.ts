/**
 * Positions of the best scores, best first, ties in the order of the input. NaN marks what is not scored yet and is
 * left out.
 *
 * @param scores - one a document
 * @param ties - one a document, by which equal scores are ordered first
 */
export function orderByScore(scores: ArrayLike<number>, ties = scores): number[] {
  return Array.from(scores, (score, index) => ({ score, index, tie: ties[index] ?? 0 }))
    .filter(({ score }) => !Number.isNaN(score))
    .sort((a, b) => b.score - a.score || b.tie - a.tie || a.index - b.index)
    .map(({ index }) => index);
}
