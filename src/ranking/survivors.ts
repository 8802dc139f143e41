/**
 * The passages that go on from a cut of the model: those whose early logit reaches the k-th best less a margin. Early
 * exits of whole candidates, not of layers (Soldaini & Moschitti 2020, "The Cascade Transformer"), with a margin in
 * place of their fixed share, so that an easy query stops many and a hard one few.
 *
 * @param earlyLogits - one a passage; NaN for a passage that is out already
 * @param k - how many are to be returned in the end
 * @param margin - in logits, from the model's manifest; `Infinity` lets all go on
 * @returns positions in `earlyLogits`, in order; at least the best k, where there are as many
 */
export function survivors(earlyLogits: Float32Array, k: number, margin: number): number[] {
  const ranked = earlyLogits.filter((logit) => !Number.isNaN(logit)).sort(); // typed arrays sort by value
  const threshold = (ranked.at(-k) ?? Number.NEGATIVE_INFINITY) - margin;
  return [...earlyLogits.keys()].filter((index) => (earlyLogits[index] ?? Number.NaN) >= threshold);
}
