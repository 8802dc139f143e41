import { blendVerdict, type BlendReport } from '../evaluation/blending.js';
import {
  extremes,
  figureRows,
  signed,
  verdict,
  type ReportData,
  type ReportedQuery,
} from '../evaluation/report.js';
import { shorten } from './text.js';

/** The report as the terminal prints it. */
export function reportText(data: ReportData): string {
  const about = Object.entries(data.about).map(([name, value]) => `${name.padEnd(12)} ${value}`);
  const figures = figureRows(data).map(({ name, before, after }) => figureLine(name, before, after));
  const { wins, losses } = extremes(data);
  return [
    ...about,
    `${'pairs'.padEnd(12)} ${data.pairs} of ${data.queries} queries, ${data.pairsPerSecond.toFixed(1)} pairs/s`,
    ...data.warnings.map(({ message }) => `${'warning'.padEnd(12)} ${message}`),
    '',
    FIGURES_HEADING,
    ...figures,
    '',
    `${data.comparedBy}: ${data.wins} better, ${data.losses} worse, ${data.ties} unchanged. ${verdict(data)}`,
    ...queryTable(`Biggest wins in ${data.comparedBy}`, wins),
    ...queryTable(`Biggest losses in ${data.comparedBy}`, losses),
    ...(data.blend ? blendTable(data.blend) : []),
    '',
  ].join('\n');
}

/** Heading over {@link figureLine}. */
export const FIGURES_HEADING = `${''.padEnd(12)} before   after    change`;

/** One measure before and after. */
export function figureLine(name: string, before: number, after: number): string {
  return `${name.padEnd(12)} ${before.toFixed(4)}   ${after.toFixed(4)}   ${signed(after - before)}`;
}

function queryTable(title: string, rows: readonly ReportedQuery[]): string[] {
  if (rows.length === 0) return [];
  const width = process.stdout.columns ?? 120;
  const lines = rows.map(({ queryId, query, before, after, change }) => {
    const prefix = `  ${before.toFixed(4)}   ${after.toFixed(4)}   ${signed(change)}   `;
    return prefix + shorten(`${queryId}: ${query}`, width - prefix.length);
  });
  return ['', title, `  before   after    change    query`, ...lines];
}

/** Every second weight, and what they mean. */
function blendTable(report: BlendReport): string[] {
  const { metric, weights, scores, ranks } = report;
  const figure = (value = 0) => value.toFixed(4).padEnd(9);
  const rows = weights.map(
    (weight, place) => `  ${weight.toFixed(2).padEnd(9)}${figure(scores[place])}${figure(ranks[place])}`,
  );
  const ends = [' the model alone', ...Array<string>(weights.length - 2).fill(''), ' the engine alone'];
  return [
    '',
    `Blending with the engine, by ${metric}`,
    '  weight   scores   ranks',
    ...rows.map((row, place) => `${row}${ends[place] ?? ''}`.trimEnd()).filter((_, place) => place % 2 === 0),
    '',
    blendVerdict(report),
  ];
}
