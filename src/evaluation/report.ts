/** An evaluation as one plain object, the same from the terminal and from a page, and as Markdown for people. */
import { blendVerdict, type BlendReport } from './blending.js';
import { compareQueries } from './comparison.js';
import { summarise, type QueryResult } from './evaluator.js';
import type { RandomisationResult } from './significance.js';
import type { MetricName, Metrics } from './types.js';
import type { DataWarning } from './warnings.js';

/** One query of a {@link ReportData}. */
export interface ReportedQuery {
  /** The query's id. */
  readonly queryId: string;
  /** Its text; empty where it is not known. */
  readonly query: string;
  /** The figure before reranking, in the measure compared by. */
  readonly before: number;
  /** The figure after. */
  readonly after: number;
  /** `after - before`. */
  readonly change: number;
}

/** What `browser-reranker eval --json` prints: safe to store as JSON, keys are only ever added. */
export interface ReportData {
  /** Number of queries averaged over. */
  readonly queries: number;
  /** Number of pairs scored. */
  readonly pairs: number;
  /** Mean figures before reranking, as `ndcg@10`, `mrr@10`, `map` and `recall@10`. */
  readonly baseline: Metrics;
  /** Mean figures after reranking, under the same names. */
  readonly reranked: Metrics;
  /** Pairs scored a second of the scorer's time. */
  readonly pairsPerSecond: number;
  /** The measure by which queries are compared, the first of the evaluation. */
  readonly comparedBy: MetricName;
  /** Number of queries that got better. */
  readonly wins: number;
  /** Number of queries that got worse. */
  readonly losses: number;
  /** Number of queries without a change. */
  readonly ties: number;
  /** Whether the mean difference could be chance: paired randomisation, two-sided. */
  readonly significance: RandomisationResult;
  /** Every query, the biggest win first. */
  readonly perQuery: readonly ReportedQuery[];
  /** What was evaluated with what, for people: `model`, `data` and the like. */
  readonly about: Readonly<Record<string, string>>;
  /** Judged queries and documents that are not there; empty where all is well. */
  readonly warnings: readonly DataWarning[];
  /** Which weight for the engine would have been best; only where it was asked for. */
  readonly blend?: BlendReport | undefined;
}

/**
 * Sums an evaluation up, finished or not.
 *
 * @param results - per-query results.
 * @param metrics - the evaluation's measures; queries are compared by the first.
 * @param queries - query text by id.
 * @param about - what was evaluated with what.
 * @param warnings - the evaluator's.
 */
export function reportData(
  results: readonly QueryResult[],
  metrics: readonly MetricName[],
  queries: ReadonlyMap<string, string> = new Map(),
  about: Readonly<Record<string, string>> = {},
  warnings: readonly DataWarning[] = [],
): ReportData {
  const { queries: count, pairs, baseline, reranked, pairsPerSecond } = summarise(results, metrics);
  const comparedBy = metrics[0] ?? 'map';
  const { changes, wins, losses, ties, significance } = compareQueries(results, comparedBy);
  const perQuery = changes.map((each) => ({ ...each, query: queries.get(each.queryId) ?? '' }));
  return {
    ...{ queries: count, pairs, baseline, reranked, pairsPerSecond },
    ...{ comparedBy, wins, losses, ties, significance, perQuery, about, warnings },
  };
}

/** The biggest wins, best first, and the biggest losses, worst first; at most `most` of each, none without a change. */
export function extremes(
  { perQuery }: Pick<ReportData, 'perQuery'>,
  most = 5,
): { wins: ReportedQuery[]; losses: ReportedQuery[] } {
  const losses = perQuery.filter(({ change }) => change < 0);
  return {
    wins: perQuery.filter(({ change }) => change > 0).slice(0, most),
    losses: losses.reverse().slice(0, most),
  };
}

/**
 * The significance in words: what the p-value does and does not say about the difference.
 *
 * @returns one sentence, as "p = 0.0041: a difference this large is unlikely to be chance."
 */
export function verdict({ significance, queries }: Pick<ReportData, 'significance' | 'queries'>): string {
  const { pValue, meanDifference } = significance;
  const p = pValue < 0.0001 ? 'p < 0.0001' : `p = ${pValue.toFixed(4)}`;
  if (meanDifference === 0) return `${p}: no difference.`;
  if (pValue < 0.05) return `${p}: a difference this large is unlikely to be chance.`;
  const more = queries < 50 ? ' Judge more queries before you decide.' : '';
  return `${p}: this may be chance.${more}`;
}

/** A figure with its sign, as `+0.1200`. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}

/** The mean figures as rows: one a measure, before and after. */
export function figureRows({
  baseline,
  reranked,
}: Pick<ReportData, 'baseline' | 'reranked'>): { name: string; before: number; after: number }[] {
  // Both have the names that were evaluated, and no others.
  const names = Object.keys(baseline) as MetricName[];
  return names.map((name) => ({ name, before: baseline[name] ?? 0, after: reranked[name] ?? 0 }));
}

const cell = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\|<`*_[\]]/g, '\\$&');

/** The report as Markdown: figures, significance, biggest wins and losses. */
export function reportMarkdown(data: ReportData): string {
  const figures = figureRows(data).map(
    ({ name, before, after }) =>
      `| ${name} | ${before.toFixed(4)} | ${after.toFixed(4)} | ${signed(after - before)} |`,
  );
  const { wins, losses } = extremes(data);
  const table = (title: string, rows: readonly ReportedQuery[]): string[] => [
    `\n## ${title}\n`,
    `| ${data.comparedBy} before | after | change | query |\n|---:|---:|---:|---|`,
    ...rows.map(
      ({ queryId, query, before, after, change }) =>
        `| ${before.toFixed(4)} | ${after.toFixed(4)} | ${signed(change)} | ${cell(query || queryId)} |`,
    ),
  ];
  return [
    '# Reranking, before and after\n',
    ...Object.entries(data.about).map(([name, value]) => `- ${name}: ${cell(value)}`),
    `- ${data.queries} queries, ${data.pairs} pairs, ${data.pairsPerSecond.toFixed(1)} pairs/s\n`,
    ...data.warnings.map(({ message }) => `**Warning.** ${cell(message)}\n`),
    '| measure | before | after | change |\n|---|---:|---:|---:|',
    ...figures,
    `\n${data.comparedBy}: ${data.wins} better, ${data.losses} worse, ${data.ties} unchanged. ${verdict(data)}`,
    ...(data.blend ? [`\n## Blending with the engine\n`, cell(blendVerdict(data.blend))] : []),
    ...(wins.length > 0 ? table('Biggest wins', wins) : []),
    ...(losses.length > 0 ? table('Biggest losses', losses) : []),
    '',
  ].join('\n');
}
