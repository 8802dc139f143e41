/**
 * Positions of the best scores, best first, ties in the order of the input. NaN marks what is not scored yet and is
 * left out.
 *
 * @param scores - one a document
 * @param topK - how many to return; all by default
 */
export function orderByScore(scores: ArrayLike<number>, topK = scores.length): number[] {
  return Array.from(scores)
    .map((score, index) => ({ score, index }))
    .filter(({ score }) => !Number.isNaN(score))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, topK)
    .map(({ index }) => index);
}
