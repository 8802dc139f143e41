/**
 * The measures as sentence-transformers' `CrossEncoderRerankingEvaluator.compute_metrics` (6.0.1) computes them with
 * scikit-learn. They differ from trec_eval's (`metrics.ts`) in three ways:
 *
 * - relevance is 0 or 1, and only the candidates given count, in the ideal ranking too;
 * - equal scores are averaged over for nDCG (McSherry and Najork, 2008) and share one threshold for average precision,
 *   where trec_eval breaks ties by id;
 * - the reciprocal rank takes equal scores in reverse order of the input (`np.argsort(scores)[::-1]`). numpy leaves the
 *   order of equal scores open; this is the one of a stable sort.
 */
import { RerankError } from '../errors.js';

/** Figures of one candidate list. Their names in reports are `map`, `mrr@k` and `ndcg@k`. */
export interface CrossEncoderFigures {
  /** Average precision. */
  readonly map: number;
  /** Reciprocal rank within the first k. */
  readonly mrr: number;
  /** Normalised discounted cumulative gain of the first k. */
  readonly ndcg: number;
}

/** A group of candidates with equal scores: how many, and how many of them are relevant. */
interface TieGroup {
  size: number;
  relevant: number;
}

function tieGroups(
  order: readonly number[],
  relevant: readonly boolean[],
  scores: ArrayLike<number>,
): TieGroup[] {
  const groups: TieGroup[] = [];
  let last: number | undefined;
  for (const index of order) {
    const group = scores[index] === last ? groups.at(-1) : undefined;
    const gain = relevant[index] ? 1 : 0;
    if (group) {
      group.size += 1;
      group.relevant += gain;
    } else {
      groups.push({ size: 1, relevant: gain });
    }
    last = scores[index];
  }
  return groups;
}

/** `sklearn.metrics.ndcg_score` of binary gains: a tied group shares its gain over the ranks it covers. */
function tieAveragedNdcg(groups: readonly TieGroup[], positives: number, k: number): number {
  const discount = (rank: number): number => (rank <= k ? 1 / Math.log2(rank + 1) : 0);
  let dcg = 0;
  let rank = 0;
  for (const { size, relevant } of groups) {
    let discounts = 0;
    for (let i = 0; i < size; i++) discounts += discount(++rank);
    dcg += (relevant / size) * discounts;
  }
  let ideal = 0;
  for (let i = 1; i <= positives; i++) ideal += discount(i);
  return dcg / ideal;
}

/** `sklearn.metrics.average_precision_score`: one threshold a distinct score. */
function thresholdAveragePrecision(groups: readonly TieGroup[], positives: number): number {
  let seen = 0;
  let found = 0;
  let sum = 0;
  for (const { size, relevant } of groups) {
    seen += size;
    found += relevant;
    sum += (relevant / positives) * (found / seen);
  }
  return sum;
}

/**
 * Figures of one list of candidates, as `CrossEncoderRerankingEvaluator.compute_metrics` gives them.
 *
 * @param relevant - for each candidate, whether it is a positive.
 * @param scores - for each candidate, its score; same length.
 * @param k - cut-off rank of mrr and ndcg, 1 or more.
 * @returns all 0 when no candidate is relevant. A single candidate, which the reference's ndcg refuses, is ranked
 * like any other.
 * @throws RerankError `invalid-input` when the lengths differ.
 */
export function crossEncoderFigures(
  relevant: readonly boolean[],
  scores: ArrayLike<number>,
  k: number,
): CrossEncoderFigures {
  if (relevant.length !== scores.length) {
    throw new RerankError(
      'invalid-input',
      `Got ${relevant.length} relevance labels for ${scores.length} scores: expected one label a score.`,
    );
  }
  const positives = relevant.filter(Boolean).length;
  if (positives === 0) return { map: 0, mrr: 0, ndcg: 0 };
  const order = relevant.map((_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || b - a);
  const groups = tieGroups(order, relevant, scores);
  const first = order.findIndex((index) => relevant[index]);
  return {
    map: thresholdAveragePrecision(groups, positives),
    mrr: first < k ? 1 / (first + 1) : 0,
    ndcg: tieAveragedNdcg(groups, positives, k),
  };
}
