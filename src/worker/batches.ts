/**
 * Groups rows of like length into batches, longest first, so that little is padding: a batch holds rows while
 * `rows × longest` stays within the budget (and at least one row).
 *
 * @param lengths - tokens of each row
 * @param tokenBudget - most tokens in a batch, padding included
 * @returns the rows of each batch, as positions in `lengths`
 */
export function planBatches(lengths: readonly number[], tokenBudget: number): number[][] {
  const byLength = lengths
    .map((length, row) => ({ length, row }))
    .sort((a, b) => b.length - a.length || a.row - b.row);
  const batches: number[][] = [];
  let batch: number[] = [];
  let longest = 0;
  for (const { length, row } of byLength) {
    if (batch.length > 0 && longest * (batch.length + 1) > tokenBudget) {
      batches.push(batch);
      batch = [];
    }
    if (batch.length === 0) longest = length;
    batch.push(row);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
