import type { QueryResult } from './evaluator.js';
import { randomisationTest, type RandomisationOptions, type RandomisationResult } from './significance.js';
import type { MetricName } from './types.js';

/** One query's change in a measure. */
export interface QueryChange {
  /** The query's id. */
  readonly queryId: string;
  /** The figure before reranking. */
  readonly before: number;
  /** The figure after. */
  readonly after: number;
  /** `after - before`. */
  readonly change: number;
}

/** What {@link compareQueries} finds. */
export interface QueryComparison {
  /** Number of queries that got better. */
  readonly wins: number;
  /** Number of queries that got worse. */
  readonly losses: number;
  /** Number of queries without a change. */
  readonly ties: number;
  /** Whether the mean difference could be chance. */
  readonly significance: RandomisationResult;
  /** Every query, the biggest win first and the biggest loss last; equal changes in the order of the results. */
  readonly changes: readonly QueryChange[];
}

/**
 * Compares before and after, query by query.
 *
 * @param results - an evaluation's per-query results.
 * @param metric - the measure to compare by; one of those evaluated (an absent one counts as 0).
 * @param options - of the significance test.
 */
export function compareQueries(
  results: readonly QueryResult[],
  metric: MetricName,
  options?: RandomisationOptions,
): QueryComparison {
  const changes = results.map(({ queryId, baseline, reranked }) => {
    const before = baseline[metric] ?? 0;
    const after = reranked[metric] ?? 0;
    return { queryId, before, after, change: after - before };
  });
  const wins = changes.filter(({ change }) => change > 0).length;
  const losses = changes.filter(({ change }) => change < 0).length;
  return {
    wins,
    losses,
    ties: changes.length - wins - losses,
    significance: randomisationTest(
      changes.map(({ before }) => before),
      changes.map(({ after }) => after),
      options,
    ),
    changes: [...changes].sort((a, b) => b.change - a.change),
  };
}
