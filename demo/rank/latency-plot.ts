import type { RerankerInfo } from '../../src/index.js';
import { formatTime, svg } from '../shared/dom.js';

/** One ranking in the plot. */
export interface Measurement {
  /** From the call to its result. */
  readonly milliseconds: number;
  /** Where it ran. */
  readonly device: RerankerInfo['device'];
}

const WIDTH = 260;
const HEIGHT = 96;
const LEFT = 46;
const BOTTOM = 18;
const TOP = 8;
const MOST = 40;

/** The least of 1, 2 or 5 times a power of ten that is not below `value`. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Plots how long the session's last rankings took, with the median as a line. */
export function latencyPlot(all: readonly Measurement[]): SVGSVGElement {
  const shown = all.slice(-MOST);
  const times = shown.map(({ milliseconds }) => milliseconds);
  const top = roundUp(Math.max(...times));
  const middle = median(times);
  const step = (WIDTH - LEFT - 8) / Math.max(shown.length - 1, 9);
  const x = (index: number) => LEFT + 6 + index * step;
  const y = (time: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - time / top);
  const line = (time: number, kind: string) =>
    svg('line', { class: kind, x1: LEFT, x2: WIDTH, y1: y(time), y2: y(time) });
  const label = (time: number) =>
    svg(
      'text',
      { x: LEFT - 6, y: y(time) + 3.5, 'text-anchor': 'end' },
      time >= 1000 ? `${time / 1000} s` : `${time} ms`,
    );
  const words =
    `Time of the last ${shown.length} rankings: median ${formatTime(middle)}, ` +
    `from ${formatTime(Math.min(...times))} to ${formatTime(Math.max(...times))}.`;
  return svg(
    'svg',
    { class: 'plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': words },
    line(0, 'axis'),
    line(top, 'grid'),
    line(middle, 'median'),
    label(0),
    label(top),
    svg(
      'text',
      { x: LEFT, y: HEIGHT - 3 },
      `last ${shown.length === 1 ? 'ranking' : `${shown.length} rankings`}`,
    ),
    svg(
      'text',
      { x: WIDTH, y: HEIGHT - 3, 'text-anchor': 'end', class: 'median-label' },
      `median ${formatTime(middle)}`,
    ),
    ...shown.map(({ milliseconds, device }, index) =>
      svg(
        'circle',
        { class: `point ${device}`, cx: x(index), cy: y(milliseconds), r: 3 },
        svg('title', {}, `${formatTime(milliseconds)} on ${device}`),
      ),
    ),
  );
}
