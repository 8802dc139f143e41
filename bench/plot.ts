import { CONTESTANTS, labelOf, type ContestantKey } from './contestants.js';
import type { ModelResults, WorkloadResult } from './results.js';
import { summarise } from './statistics.js';
import { barPlot, growthPlot, type Line } from './svg.js';

const GROWING: readonly ContestantKey[] = ['ours', 'transformersRecipe', 'transformersSorted', 'native'];

function medianOf({ contestants }: WorkloadResult, key: ContestantKey): number | undefined {
  const rounds = contestants.find((each) => each.key === key)?.rounds ?? [];
  return summarise(rounds.flatMap((sample) => (sample ? [sample.ms] : [])))?.median;
}

/** The plots that a model has the figures for, as SVG by file name. */
export function plotsOf({ workloads, medians }: ModelResults): Record<string, string> {
  const plots: Record<string, string> = {};
  for (const workload of workloads.filter(({ name }) => !name.includes('x'))) {
    const bars = CONTESTANTS.flatMap(({ key, label }) => {
      const ms = medianOf(workload, key);
      return ms === undefined
        ? []
        : [{ label, value: workload.passages / (ms / 1000), ours: key.startsWith('ours') }];
    });
    const title = `Pairs per second, ${workload.passages} ${workload.name === 'long' ? 'long documents' : 'passages'}`;
    if (bars.length > 0) plots[`speed-${workload.name}.svg`] = barPlot(title, bars, 1);
  }

  const growth = (file: string, title: string, unit: string, pattern: RegExp) => {
    const lines = GROWING.map((key): Line => {
      const points = workloads.flatMap((workload) => {
        const x = pattern.exec(workload.name)?.[1];
        const ms = medianOf(workload, key);
        return x === undefined || ms === undefined ? [] : [{ x: Number(x), ms }];
      });
      return { label: labelOf(key), points: points.sort((a, b) => a.x - b.x) };
    }).filter(({ points }) => points.length > 1);
    if (lines.length > 0) plots[file] = growthPlot(title, unit, lines);
  };
  growth('passages.svg', 'Time to rank, by passages', 'passages', /^(\d+)$/);
  growth('length.svg', 'Time to rank 16 passages, by their length', 'tokens', /^16x(\d+)$/);

  const stages = [
    ['every candidate through all layers', 'depth.fullMs', false],
    ["adaptive depth (`depth: 'adaptive'`)", 'depth.adaptiveMs', true],
    ['first query, nothing kept', 'kept.firstMs', false],
    ['second query, passages kept', 'kept.secondMs', true],
  ] as const;
  const bars = stages.flatMap(([label, figure, ours]) => {
    const value = medians[figure];
    return value === undefined ? [] : [{ label, value, ours }];
  });
  if (bars.length > 0) plots['stages.svg'] = barPlot('ms to rank, 100 candidates', bars, 0);
  return plots;
}
