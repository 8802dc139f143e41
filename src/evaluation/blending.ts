/** Which weight for the engine's own scores or order would have been best on judged queries, and what of that is luck. */
import { blend } from '../ranking/blend.js';
import type { ReadPrior } from '../ranking/prior.js';
import type { QueryResult } from './evaluator.js';
import { rankingMetrics, trecOrder } from './metrics.js';
import { randomisationTest, type RandomisationResult } from './significance.js';
import type { MetricName, RerankingData } from './types.js';

/** One way to blend. */
export interface BlendChoice {
  /** The engine's `scores`, or its order as reciprocal `ranks`. */
  readonly by: 'scores' | 'ranks';
  /** The engine's share, 0 to 1. */
  readonly weight: number;
}

/** What {@link blendReport} finds. Plain data. */
export interface BlendReport {
  /** The measure of all figures here. */
  readonly metric: MetricName;
  /** The weights that were tried: 0, 0.05 … 1. 0 is the model alone, 1 the engine alone. */
  readonly weights: readonly number[];
  /** Mean figure at each weight, blended with the engine's scores. */
  readonly scores: readonly number[];
  /** Mean figure at each weight, blended by reciprocal ranks. */
  readonly ranks: readonly number[];
  /** The choice with the highest figure, and that figure. It flatters: the choice was made on the same queries. */
  readonly best: BlendChoice & { readonly figure: number };
  /**
   * An honest figure: the choice made on the other queries of five parts, and measured on the part that was left out, for each
   * part. `significance` compares it with the model alone. Absent with fewer than ten queries.
   */
  readonly crossValidated?:
    | {
        readonly figure: number;
        readonly choices: readonly BlendChoice[];
        readonly significance: RandomisationResult;
      }
    | undefined;
}

const STEPS = 20;
const WEIGHTS = Array.from({ length: STEPS + 1 }, (_, step) => step / STEPS);
const FOLDS = 5;
const LEAST_QUERIES = 10;

/** A choice with its figure for each query. */
interface Tried {
  choice: BlendChoice;
  figures: number[];
}

/**
 * Blends the rankings of an evaluation with the run that they came from, by every weight, and measures.
 *
 * @param data - the run and the judgments of the evaluation.
 * @param results - its results, with the model's score of every candidate (full depth).
 * @param metric - the measure.
 */
export function blendReport(
  data: Pick<RerankingData<unknown>, 'run' | 'qrels'>,
  results: readonly QueryResult[],
  metric: MetricName,
): BlendReport {
  const tried = (['scores', 'ranks'] as const).flatMap((by) =>
    WEIGHTS.map((weight): Tried => {
      const choice = { by, weight };
      return { choice, figures: results.map((result) => figureOf(data, result, choice, metric)) };
    }),
  );
  const all = results.map((_, place) => place);
  const means = (by: BlendChoice['by']) =>
    tried.filter(({ choice }) => choice.by === by).map(({ figures }) => mean(figures, all));
  const best = bestOf(tried, all);
  return {
    metric,
    weights: WEIGHTS,
    scores: means('scores'),
    ranks: means('ranks'),
    best: { ...best.choice, figure: mean(best.figures, all) },
    crossValidated: all.length < LEAST_QUERIES ? undefined : crossValidated(tried, all),
  };
}

/** A query's figure when its ranking is blended. */
function figureOf(
  { run, qrels }: Pick<RerankingData<unknown>, 'run' | 'qrels'>,
  { queryId, ranking }: QueryResult,
  { by, weight }: BlendChoice,
  metric: MetricName,
): number {
  const model = new Map(ranking.map(({ id, score }) => [id, score]));
  const given = trecOrder(run.get(queryId) ?? []).filter(({ id }) => model.has(id));
  const known = new Set(given.map(({ id }) => id));
  // What the run does not have (positives that were added) counts as its last.
  const lowest = given.at(-1)?.score ?? 0;
  const documents = [
    ...given,
    ...ranking.filter(({ id }) => !known.has(id)).map(({ id }) => ({ id, score: lowest })),
  ];
  const logits = documents.map(({ id }) => model.get(id) ?? NaN);
  const prior: ReadPrior =
    by === 'scores'
      ? { scores: Float64Array.from(documents, ({ score }) => score), weight }
      : { weight, k: 60 };
  const blended = blend(logits, prior);
  const order = trecOrder(documents.map(({ id }, place) => ({ id, score: blended[place] ?? 0 })));
  const ids = order.map(({ id }) => id);
  return rankingMetrics(ids, qrels.get(queryId) ?? new Map(), [metric])[metric] ?? 0;
}

function crossValidated(tried: readonly Tried[], all: readonly number[]): BlendReport['crossValidated'] {
  const choices: BlendChoice[] = [];
  const heldOut: number[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const { choice, figures } = bestOf(
      tried,
      all.filter((place) => place % FOLDS !== fold),
    );
    choices.push(choice);
    for (let place = fold; place < all.length; place += FOLDS) heldOut[place] = figures[place] ?? 0;
  }
  const modelAlone = tried[0]?.figures ?? [];
  return { figure: mean(heldOut, all), choices, significance: randomisationTest(modelAlone, heldOut) };
}

/** The best over some of the queries; of those alike the one that leaves the model the largest share. */
function bestOf(tried: readonly Tried[], places: readonly number[]): Tried {
  const byWeight = [...tried].sort((a, b) => a.choice.weight - b.choice.weight);
  return byWeight.reduce((best, each) =>
    mean(each.figures, places) > mean(best.figures, places) + 1e-9 ? each : best,
  );
}

const mean = (figures: readonly number[], places: readonly number[]): number =>
  places.reduce((sum, place) => sum + (figures[place] ?? 0), 0) / Math.max(1, places.length);

/** What a report means, in sentences for people. */
export function blendVerdict({ metric, scores, best, crossValidated }: BlendReport): string {
  const alone = scores[0] ?? 0;
  const engine = scores.at(-1) ?? 0;
  const found =
    `${metric} is ${alone.toFixed(4)} by the model alone and ${engine.toFixed(4)} by the engine alone; the highest here is ` +
    `${best.figure.toFixed(4)}, with ${best.by === 'scores' ? 'scores' : 'ranks: true'} and weight ${best.weight.toFixed(2)}.`;
  if (best.weight === 0) return `${found} Leave the prior out.`;
  const flatters = 'That weight was chosen on the queries that it is measured on, so its figure flatters.';
  if (!crossValidated) {
    return `${found} ${flatters} Judge ${LEAST_QUERIES} queries or more, and better fifty, before you decide.`;
  }
  const { figure, significance } = crossValidated;
  const honest = `Chosen on four fifths of the queries and measured on the rest, blending gives ${figure.toFixed(4)} (p = ${significance.pValue.toFixed(4)} against the model alone).`;
  const advice =
    figure <= alone
      ? 'Leave the prior out: the gain does not last.'
      : significance.pValue < 0.05
        ? `Blend with weight ${best.weight.toFixed(2)}.`
        : 'This may be chance: judge more queries before you blend.';
  return `${found} ${flatters} ${honest} ${advice}`;
}
