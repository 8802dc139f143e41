import type { ColdStart } from './cold.js';
import { labelOf } from './contestants.js';
import { RATIO_NAMES, TARGETS } from './ratios.js';
import type { Measurements, ModelResults, Results, WorkloadResult } from './results.js';
import { LEFT_OUT, type Measured } from './open.js';
import { summarise, type Summary } from './statistics.js';
import { fixed, megabytes, table, whole } from './table.js';

const HEADS = ['', 'ms to rank', 'pairs/s', 'first ms', 'run share', 'longest task ms', 'peak MB', 'Δ score'];

const dashes = (count: number) => new Array<string>(count).fill('–');

function contestantRow(passages: number, { key, rounds, error, ...measured }: Measured): string[] {
  if (error !== undefined) return [labelOf(key), error, ...dashes(6)];
  const samples = rounds.filter((sample) => sample !== undefined);
  const of = (pick: (sample: (typeof samples)[number]) => number | undefined): Summary | undefined =>
    summarise(samples.map(pick).filter((value) => value !== undefined));
  const ms = of((sample) => sample.ms);
  const share = of((sample) => (sample.runMs === undefined ? undefined : sample.runMs / sample.ms));
  const shared = !key.startsWith('raw') && key !== 'oursPool'; // raw is nothing else, a pool's times are summed
  return [
    labelOf(key),
    ms ? `${whole(ms.median)} (${whole(ms.min)}–${whole(ms.max)}, n=${ms.samples})` : '–',
    fixed(ms && passages / (ms.median / 1000), 1),
    whole(of((sample) => sample.firstPartialMs)?.median ?? ms?.median),
    fixed(shared ? share?.median : undefined, 3),
    key === 'native' ? '–' : whole(of((sample) => sample.longestTaskMs)?.max),
    megabytes(measured.peakBytes),
    fixed(measured.largestDifference, 2),
  ];
}

function workloadSection({ name, passages, tokens, contestants }: WorkloadResult): string {
  const lengths = `pairs of ${tokens.p10} / ${tokens.p50} / ${tokens.p90} / ${tokens.max} tokens (p10, p50, p90, max), ${whole(tokens.total)} in all`;
  const isLeftOut = ({ error }: Measured) => error?.startsWith(LEFT_OUT) ?? false;
  const rows = contestants.filter((each) => !isLeftOut(each)).map((each) => contestantRow(passages, each));
  const absent = contestants.filter(isLeftOut).map(({ key }) => labelOf(key));
  const left = absent.length > 0 ? `\n\nNo time was left for: ${absent.join('; ')}.` : '';
  return `**Workload \`${name}\`:** ${passages} passages, ${lengths}\n\n${table(HEADS, rows)}${left}`;
}

function startSection(cold: readonly ColdStart[], medians: Record<string, number>): string {
  const rows = cold.map(({ key, error }) => {
    const of = (figure: string) => medians[`${key}.${figure}`];
    const figures = [
      megabytes(of('emptyBytes')),
      megabytes(of('emptyGzipBytes')),
      whole(of('emptyMs')),
      megabytes(of('warmBytes')),
      whole(of('warmMs')),
    ];
    return [labelOf(key), ...(error === undefined ? figures : [error, ...dashes(4)])];
  });
  return table(['', 'MB, empty cache', 'with gzip', 'ms, empty cache', 'MB, warm', 'ms, warm'], rows);
}

function depthSection({ depth, medians }: ModelResults): string[] {
  if (!depth || depth.queries.length === 0) return [];
  const { queries, candidates } = depth;
  const stages = queries[0]?.adaptive.stageRows?.map((_, stage) => {
    const rows = summarise(queries.flatMap(({ adaptive }) => adaptive.stageRows?.[stage] ?? []));
    return [`rows that entered stage ${stage + 1} (median)`, whole(rows?.median)];
  });
  const rows = [
    ['ms, full depth', whole(medians['depth.fullMs'])],
    ['ms, adaptive depth', whole(medians['depth.adaptiveMs'])],
    ['mean overlap of the top 10', fixed(medians['depth.meanOverlap'], 3)],
    ['largest difference of a returned score', fixed(medians['depth.largestDifference'], 6)],
    ...(stages ?? []),
  ];
  return [
    `**Adaptive depth:** queries: ${queries.length}; candidates each: ${candidates}`,
    table(['', ''], rows),
  ];
}

function keptSection({ kept, medians }: ModelResults): string[] {
  if (!kept || kept.rounds.length === 0) return [];
  const { rounds, candidates } = kept;
  const reused = summarise(rounds.map((round) => round.kept));
  const rows = [
    ['ms, first query, nothing kept', whole(medians['kept.firstMs'])],
    ['ms, second query', whole(medians['kept.secondMs'])],
    ['ms, second query in a reranker that keeps nothing', whole(medians['kept.unkeptMs'])],
    ['rows reused in the second query (median)', whole(reused?.median)],
    ['largest difference of a score', medians['kept.largestDifference']?.toExponential(1) ?? '–'],
  ];
  return [`**Kept passages:** rounds: ${rounds.length}; candidates: ${candidates}`, table(['', ''], rows)];
}

function memorySection(many: Measurements['many']): string[] {
  const rows = many.flatMap(({ keeps, points }) =>
    points.map(({ ranks, measured, resident }) => [
      `${whole(ranks)}, ${keeps ? 'passages kept' : 'nothing kept'}`,
      megabytes(measured),
      megabytes(resident),
    ]),
  );
  if (rows.length === 0) return [];
  return [
    '**Memory after many rankings of ours:**',
    table(['rankings', 'MB by the browser', 'MB resident'], rows),
  ];
}

function webgpuSection({ webgpu }: Measurements): string[] {
  if (!webgpu) return [];
  const { adapter, software, passages, contestants } = webgpu;
  const title = `**WebGPU:** ${passages} passages, adapter: ${adapter}.`;
  if (!software)
    return [
      title,
      table(
        HEADS,
        contestants.map((measured) => contestantRow(passages, measured)),
      ),
    ];
  const rows = contestants.map(({ key, error, largestDifference, warmUpPipelines, rounds }) => [
    labelOf(key),
    error ?? fixed(largestDifference, 3),
    // A counter that saw none while the model was opened does not work, and its zeros say nothing.
    warmUpPipelines ? String(warmUpPipelines) : '–',
    warmUpPipelines ? rounds.map((sample) => sample?.pipelines ?? '–').join(', ') : '–',
  ]);
  return [
    `${title} It computes on the CPU: only scores and counts are reported, no times.`,
    table(['', 'Δ score to WASM', 'pipelines compiled until warm', 'in each ranking then'], rows),
  ];
}

function modelSections(results: ModelResults, plots: readonly string[]): string[] {
  const ratios = RATIO_NAMES.map((name) => {
    const summary = results.summaries[name];
    const spread = summary
      ? ` (${fixed(summary.min, 2)}–${fixed(summary.max, 2)}, n=${summary.samples})`
      : '';
    return [`\`${name}\``, summary ? fixed(summary.median, 3) + spread : 'null', TARGETS[name]];
  });
  return [
    `### ${results.model}`,
    table(['ratio, 100 passages', 'value', 'target'], ratios),
    results.notes.map((note) => `- ${note}`).join('\n'),
    ...results.workloads.map(workloadSection),
    ...plots.map((plot) => `![${plot.replace(/^.*\/|\.svg$/g, '')}](${plot})`),
    ...(results.cold.length === 0
      ? []
      : ['**Start,** from navigation to the first score', startSection(results.cold, results.medians)]),
    ...depthSection(results),
    ...keptSection(results),
    ...memorySection(results.many),
    ...webgpuSection(results),
  ];
}

/** The results in Markdown, below a heading of level 2. @param plots - addresses of each model's plots */
export function toMarkdown(results: Results, plots: Readonly<Record<string, readonly string[]>>): string {
  const { when, threads, machine, seconds } = results;
  return `${[
    `## Results of the ${results.quick ? 'quick' : 'full'} run of ${when.slice(0, 10)}`,
    `${threads} threads; ${machine}; ${whole(seconds)} s. Medians (smallest–largest, number of rounds); the longest task is
that of all rounds. Peak: resident memory of the page's process.`,
    ...[results, ...results.others].flatMap((each) => modelSections(each, plots[each.model] ?? [])),
  ].join('\n\n')}\n`;
}
