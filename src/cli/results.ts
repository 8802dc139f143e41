/** What lines of a results file have to be to be taken up again: everything that figures are made from, checked. */
import type { SampleResult } from '../evaluation/cross-encoder-evaluator.js';
import type { QueryResult } from '../evaluation/evaluator.js';
import type { NanoBeirQueryResult } from '../evaluation/nano-beir.js';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A figure of a measure: between 0 and 1 (a rounded sum may be a little above). */
const isFigure = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < 1.000001;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isAmount = (value: unknown): boolean => Number.isFinite(value) && Number(value) >= 0;
const areFigures = (value: unknown): boolean => isObject(value) && Object.values(value).every(isFigure);

/** Whether a line is a query's result of `eval --data`. */
export function isQueryResult(value: unknown): value is QueryResult {
  return (
    isObject(value) &&
    typeof value.queryId === 'string' &&
    isCount(value.pairs) &&
    isAmount(value.milliseconds) &&
    areFigures(value.baseline) &&
    areFigures(value.reranked) &&
    Array.isArray(value.ranking) &&
    value.ranking.every(
      (each) => isObject(each) && typeof each.id === 'string' && Number.isFinite(each.score),
    )
  );
}

/** Whether a line is a sample's result of `eval --nano`. */
export function isNanoResult(value: unknown): value is NanoBeirQueryResult {
  return isObject(value) && typeof value.dataset === 'string' && isSampleResult(value);
}

function isSampleResult({
  index,
  pairs,
  base,
  reranked,
}: Partial<Record<keyof SampleResult, unknown>>): boolean {
  const areAll = (value: unknown): boolean =>
    isObject(value) && ['map', 'mrr', 'ndcg'].every((name) => isFigure(value[name]));
  return isCount(index) && isCount(pairs) && (base === undefined || areAll(base)) && areAll(reranked);
}
