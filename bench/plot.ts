import { CONTESTANTS } from './contestants.js';
import type { Results, WorkloadResult } from './results.js';
import { summarise } from './statistics.js';

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function document(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="10" y="20" font-size="14" font-weight="bold" fill="#222">${escape(title)}</text>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function medianOf({ contestants }: WorkloadResult, key: string): number | undefined {
  const rounds = contestants.find((each) => each.key === key)?.rounds ?? [];
  return summarise(rounds.filter((sample) => sample !== undefined).map(({ ms }) => ms))?.median;
}

/** A bar a contestant: pairs per second on one workload. */
export function speedPlot(workload: WorkloadResult): string {
  const bars = CONTESTANTS.flatMap(({ key, label }) => {
    const ms = medianOf(workload, key);
    return ms === undefined ? [] : [{ key, label, rate: workload.passages / (ms / 1000) }];
  });
  const most = Math.max(...bars.map(({ rate }) => rate));
  const parts = bars.map(({ key, label, rate }, index) => {
    const y = 40 + index * 26;
    const width = (rate / most) * 320;
    const colour = key.startsWith('ours') ? '#2563eb' : '#9ca3af';
    return (
      `<text x="330" y="${y + 13}" text-anchor="end" fill="#222">${escape(label)}</text>` +
      `<rect x="340" y="${y}" width="${width.toFixed(1)}" height="18" fill="${colour}"/>` +
      `<text x="${(346 + width).toFixed(1)}" y="${y + 13}" fill="#222">${rate.toFixed(1)}</text>`
    );
  });
  return document(720, 50 + bars.length * 26, `Pairs per second, ${workload.passages} passages`, parts);
}

/** How our time grows, with both axes logarithmic. */
export function growthPlot(title: string, points: readonly { x: number; ms: number }[]): string {
  const [left, right, top, bottom] = [70, 540, 40, 260];
  const scale = (values: readonly number[], from: number, to: number) => {
    const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
    return (value: number) => from + ((Math.log(value) - low) / (high - low || 1)) * (to - from);
  };
  const toX = scale(
    points.map(({ x }) => x),
    left,
    right,
  );
  const toY = scale(
    points.map(({ ms }) => ms),
    bottom,
    top + 20,
  );
  const at = points.map(({ x, ms }) => ({ x, ms, px: toX(x).toFixed(1), py: toY(ms).toFixed(1) }));
  const line = at.map(({ px, py }) => `${px},${py}`).join(' ');
  return document(600, 300, title, [
    `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="#9ca3af"/>`,
    `<polyline points="${line}" fill="none" stroke="#2563eb" stroke-width="2"/>`,
    ...at.map(
      ({ x, ms, px, py }) =>
        `<circle cx="${px}" cy="${py}" r="4" fill="#2563eb"/>` +
        `<text x="${px}" y="${Number(py) - 9}" text-anchor="middle" fill="#222">${Math.round(ms)} ms</text>` +
        `<text x="${px}" y="${bottom + 18}" text-anchor="middle" fill="#222">${x}</text>`,
    ),
  ]);
}

/** The plots that a run has the figures for, by file name. */
export function plotsOf({ workloads }: Results): Record<string, string> {
  const plots: Record<string, string> = {};
  const hundred = workloads.find(({ name }) => name === '100');
  if (hundred) plots['speed.svg'] = speedPlot(hundred);
  const growth = (pattern: RegExp) =>
    workloads.flatMap((workload) => {
      const x = pattern.exec(workload.name)?.[1];
      const ms = medianOf(workload, 'ours');
      return x === undefined || ms === undefined ? [] : [{ x: Number(x), ms }];
    });
  const byPassages = growth(/^(\d+)$/);
  const byLength = growth(/^\d+x(\d+)$/);
  if (byPassages.length > 1) plots['passages.svg'] = growthPlot('ms to rank, by passages', byPassages);
  if (byLength.length > 1) plots['length.svg'] = growthPlot('ms to rank, by tokens a passage', byLength);
  return plots;
}
