/**
 * Ranking measures as trec_eval (and so pytrec_eval, BEIR, MTEB) defines them.
 *
 * - Documents are ordered by score, highest first; equal scores by document id, *descending* (`form_res_rels.c`).
 * - Gains are linear (the grade itself; negative grades gain nothing), the discount is log2(rank + 1).
 * - An unjudged document counts as not relevant; the ideal ranking is over all judged documents, retrieved or not.
 * - `mrr@k`, `map` and `recall@k` take a grade of 1 or more as relevant (`relevance_level` 1).
 * - A query without relevant documents scores 0.
 *
 * One difference is kept on purpose: scores are compared as doubles. Older trec_eval releases round a run's scores to
 * float32 first, which matters only for scores that differ by less than 1 part in 10 million.
 */
import { RerankError } from '../errors.js';
import type { Judgments, MetricName, Metrics, Qrels, Run, ScoredDocument } from './types.js';

// UTF-16 order differs from code-point order only where surrogates meet U+E000 to U+FFFF: swap those two ranges.
const codePointRank = (unit: number): number =>
  unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;

/**
 * Compares two ids by code point, which is the byte order of UTF-8 that trec_eval's `strcmp` uses.
 *
 * @returns negative when `a` sorts before `b`, positive when after, 0 when equal.
 */
export function compareIds(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = codePointRank(a.charCodeAt(i)) - codePointRank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/**
 * Orders documents as trec_eval does: by score, highest first, ties by id, descending.
 *
 * @returns a new array; the input is left as it is.
 */
export function trecOrder<T extends ScoredDocument>(documents: readonly T[]): T[] {
  return [...documents].sort((a, b) => b.score - a.score || compareIds(b.id, a.id));
}

const discount = (rank: number): number => 1 / Math.log2(rank + 1);

/**
 * Normalised discounted cumulative gain of the first `k` documents (trec_eval's `ndcg_cut.k`).
 *
 * @param ranking - document ids, best first.
 * @param judgments - the query's grades.
 * @param k - cut-off rank, 1 or more.
 * @returns a number in [0, 1]; 0 without relevant documents.
 */
export function ndcgAt(ranking: readonly string[], judgments: Judgments, k: number): number {
  const dcg = (gains: readonly number[]): number =>
    gains.slice(0, k).reduce((sum, gain, i) => sum + Math.max(0, gain) * discount(i + 1), 0);
  const ideal = dcg([...judgments.values()].sort((a, b) => b - a));
  return ideal > 0 ? dcg(ranking.slice(0, k).map((id) => judgments.get(id) ?? 0)) / ideal : 0;
}

/**
 * Reciprocal rank of the first relevant document, 0 when there is none among the first `k` (trec_eval's
 * `recip_rank` over a run cut at `k`; ir_measures' `RR@k`).
 *
 * @param ranking - document ids, best first.
 * @param judgments - the query's grades.
 * @param k - cut-off rank, 1 or more; `Infinity` for none.
 */
export function mrrAt(ranking: readonly string[], judgments: Judgments, k: number): number {
  const first = ranking.findIndex((id) => (judgments.get(id) ?? 0) >= 1);
  return first >= 0 && first < k ? 1 / (first + 1) : 0;
}

const countRelevant = (judgments: Judgments): number =>
  [...judgments.values()].filter((grade) => grade >= 1).length;

/**
 * Average precision over all relevant documents, retrieved or not (trec_eval's `map`, and `map_cut.k` with a
 * cut-off).
 *
 * @param ranking - document ids, best first.
 * @param judgments - the query's grades.
 * @param k - cut-off rank; default none.
 */
export function averagePrecision(ranking: readonly string[], judgments: Judgments, k = Infinity): number {
  let found = 0;
  let sum = 0;
  for (const [i, id] of ranking.entries()) {
    if (i >= k) break;
    if ((judgments.get(id) ?? 0) >= 1) sum += ++found / (i + 1);
  }
  return found > 0 ? sum / countRelevant(judgments) : 0;
}

/**
 * Share of the relevant documents that are among the first `k` (trec_eval's `recall.k`).
 *
 * @param ranking - document ids, best first.
 * @param judgments - the query's grades.
 * @param k - cut-off rank, 1 or more.
 */
export function recallAt(ranking: readonly string[], judgments: Judgments, k: number): number {
  const relevant = countRelevant(judgments);
  const found = ranking.slice(0, k).filter((id) => (judgments.get(id) ?? 0) >= 1).length;
  return relevant > 0 ? found / relevant : 0;
}

const MEASURES = { ndcg: ndcgAt, mrr: mrrAt, map: averagePrecision, recall: recallAt };

/**
 * Figures of one ranking.
 *
 * @param ranking - document ids, best first.
 * @param judgments - the query's grades.
 * @param names - which measures.
 * @throws RerankError `invalid-input` for a name that is not a measure.
 */
export function rankingMetrics(
  ranking: readonly string[],
  judgments: Judgments,
  names: readonly MetricName[],
): Metrics {
  const figures: Partial<Record<MetricName, number>> = {};
  for (const name of names) {
    const [, measure, cut] = /^(ndcg|mrr|map|recall)(?:@([1-9]\d*))?$/.exec(name) ?? [];
    if (measure === undefined || (cut === undefined && measure !== 'map')) {
      throw new RerankError(
        'invalid-input',
        `Unknown measure '${name}': expected 'map', or ndcg, mrr, map or recall with a whole cut-off, as 'ndcg@10'.`,
      );
    }
    // The expression above admits these four names only.
    const compute = MEASURES[measure as keyof typeof MEASURES];
    figures[name] = compute(ranking, judgments, cut === undefined ? Infinity : Number(cut));
  }
  return figures;
}

/**
 * Mean of each measure over queries.
 *
 * @param perQuery - figures of each query, all with the same measures.
 * @param names - the measures to average.
 * @returns the means; 0 when there are no queries.
 */
export function meanMetrics(perQuery: readonly Metrics[], names: readonly MetricName[]): Metrics {
  const mean = (name: MetricName): number =>
    perQuery.reduce((sum, figures) => sum + (figures[name] ?? 0), 0) / Math.max(1, perQuery.length);
  return Object.fromEntries(names.map((name) => [name, mean(name)]));
}

/**
 * Evaluates a whole run, as `trec_eval -c` does.
 *
 * @param run - scored documents by query.
 * @param qrels - judgments by query; queries of the run that are not judged are left out.
 * @param names - which measures.
 * @param options - `complete` (default true): average over every judged query, those absent from the run counting
 * as 0 (`trec_eval -c`). False averages over the queries in both, as plain trec_eval does and as the mean of
 * pytrec_eval's per-query values gives.
 * @returns figures by query (of the queries averaged over) and their means.
 */
export function evaluateRun(
  run: Run,
  qrels: Qrels,
  names: readonly MetricName[],
  options: { complete?: boolean } = {},
): { perQuery: Map<string, Metrics>; mean: Metrics } {
  const { complete = true } = options;
  const perQuery = new Map<string, Metrics>();
  for (const [queryId, judgments] of qrels) {
    const documents = run.get(queryId);
    if (!documents && !complete) continue;
    const ranking = trecOrder(documents ?? []).map(({ id }) => id);
    perQuery.set(queryId, rankingMetrics(ranking, judgments, names));
  }
  return { perQuery, mean: meanMetrics([...perQuery.values()], names) };
}
