import type { BlendReport } from '../../src/evaluation/index.js';
import { svg } from '../shared/dom.js';

const WIDTH = 440;
const HEIGHT = 220;
const LEFT = 44;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 34;

/** Plots the mean figure at each weight: one line for the engine's scores, one for its order, and a mark at the best. */
export function blendPlot({ metric, weights, scores, ranks, best }: BlendReport): SVGSVGElement {
  const all = [...scores, ...ranks];
  const least = Math.min(...all);
  const range = Math.max(...all) - least || 1;
  const x = (weight: number) => LEFT + (WIDTH - LEFT - RIGHT) * weight;
  const y = (figure: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (figure - least) / range);
  const grid = [least, least + range / 2, least + range].flatMap((figure) => [
    svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(figure), y2: y(figure) }),
    svg('text', { x: LEFT - 6, y: y(figure) + 4, 'text-anchor': 'end' }, figure.toFixed(3)),
  ]);
  const ends = [
    svg('text', { x: LEFT, y: HEIGHT - 8 }, 'model alone'),
    svg('text', { x: WIDTH - RIGHT, y: HEIGHT - 8, 'text-anchor': 'end' }, 'engine alone'),
  ];
  const line = (name: string, figures: readonly number[]) =>
    svg(
      'polyline',
      {
        class: name,
        points: figures.map((figure, place) => `${x(weights[place] ?? 0)},${y(figure)}`).join(' '),
      },
      svg('title', {}, `${metric} blended by ${name}`),
    );
  const words =
    `${metric} at weights from 0, the model alone (${(scores[0] ?? 0).toFixed(3)}), to 1, the engine alone ` +
    `(${(scores.at(-1) ?? 0).toFixed(3)}); the highest is ${best.figure.toFixed(3)} at ${best.weight.toFixed(2)} by ${best.by}.`;
  return svg(
    'svg',
    { class: 'blend-plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': words },
    ...grid,
    ...ends,
    line('ranks', ranks),
    line('scores', scores),
    svg('circle', { class: 'best', cx: x(best.weight), cy: y(best.figure), r: 4 }),
  );
}
