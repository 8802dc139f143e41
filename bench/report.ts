import { CONTESTANTS } from './contestants.js';
import type { Results, WorkloadResult } from './results.js';
import { summarise, type Summary } from './statistics.js';

const label = (key: string) => CONTESTANTS.find((spec) => spec.key === key)?.label ?? key;
const whole = (value: number | undefined) =>
  value === undefined ? '–' : Math.round(value).toLocaleString('en');
const megabytes = (bytes: number | undefined) => (bytes === undefined ? '–' : (bytes / 1e6).toFixed(1));
const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;

function table(heads: readonly string[], rows: readonly string[]): string {
  return [row(...heads), row(...heads.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows].join('\n');
}

function workloadTable({ name, passages, tokens, contestants }: WorkloadResult): string {
  const rows = contestants.map(({ key, rounds, error, peakBytes, largestDifference }) => {
    if (error !== undefined) return row(label(key), error.replaceAll('|', '\\|'), ...'–––––––'.split(''));
    const samples = rounds.filter((sample) => sample !== undefined);
    const of = (pick: (sample: (typeof samples)[number]) => number | undefined): Summary | undefined =>
      summarise(samples.map(pick).filter((value) => value !== undefined));
    const ms = of((sample) => sample.ms);
    const share = of((sample) => (sample.runMs === undefined ? undefined : sample.runMs / sample.ms));
    const tasks = of((sample) => sample.longestTaskMs);
    return row(
      label(key),
      ms ? `${whole(ms.median)} (${whole(ms.min)}–${whole(ms.max)}, n=${ms.samples})` : '–',
      ms ? (passages / (ms.median / 1000)).toFixed(1) : '–',
      whole(of((sample) => sample.firstPartialMs)?.median ?? ms?.median),
      share && !key.startsWith('raw') && key !== 'oursPool' ? share.median.toFixed(3) : '–',
      key === 'native' ? '–' : whole(tasks?.median),
      whole(peakBytes === undefined ? undefined : peakBytes / 1e6),
      largestDifference === undefined ? '–' : largestDifference.toFixed(2),
    );
  });
  const lengths = `pairs of ${tokens.p10} / ${tokens.p50} / ${tokens.p90} / ${tokens.max} tokens (p10, p50, p90, max), ${whole(tokens.total)} in all`;
  const heads = [
    '',
    'ms to rank',
    'pairs/s',
    'first ms',
    'run share',
    'longest task ms',
    'peak MB',
    'Δ score',
  ];
  return `### Workload \`${name}\`: ${passages} passages, ${lengths}\n\n${table(heads, rows)}`;
}

function coldTable({ cold, medians }: Results): string {
  const rows = cold.map(({ key, error }) => {
    const of = (figure: string) => medians[`${key}.${figure}`];
    return error === undefined
      ? row(
          label(key),
          megabytes(of('emptyBytes')),
          megabytes(of('emptyGzipBytes')),
          whole(of('emptyMs')),
          megabytes(of('warmBytes')),
          whole(of('warmMs')),
        )
      : row(label(key), error, '–', '–', '–', '–');
  });
  return table(['', 'MB, empty cache', 'with gzip', 'ms, empty cache', 'MB, warm', 'ms, warm'], rows);
}

/** The results as a Markdown document. @param plots - file names of the plots, beside it */
export function toMarkdown(results: Results, plots: readonly string[]): string {
  const { ratios, notes, many } = results;
  const ratioRows = Object.entries(ratios).map(([name, value]: [string, number | null]) =>
    row(name, value === null ? 'null' : value.toFixed(3)),
  );
  const manyRows = (many?.points ?? []).map(({ ranks, measured, resident }) =>
    row(whole(ranks), megabytes(measured), megabytes(resident)),
  );
  return `${[
    `# Benchmark: ${results.model}, ${results.quick ? 'quick' : 'full'} run`,
    `${results.when}; ${results.threads} threads; ${results.machine}; ${whole(results.seconds)} s.`,
    "Medians (smallest–largest, number of rounds). Peak: resident memory of the page's process.",
    '## Ratios (100 passages)',
    table(['ratio', 'value'], ratioRows),
    notes.map((note) => `- ${note}`).join('\n'),
    '## Ranking',
    ...results.workloads.map(workloadTable),
    ...plots.map((plot) => `![${plot}](${plot})`),
    '## Start, from navigation to the first score',
    coldTable(results),
    '## Memory of ours after many rankings',
    table(['rankings', 'MB by the browser', 'MB resident'], manyRows),
  ].join('\n\n')}\n`;
}
