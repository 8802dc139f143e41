import type { ReportData } from '../../src/evaluation/index.js';
import { svg } from '../shared/dom.js';

const WIDTH = 440;
const HEIGHT = 220;
const LEFT = 32;
const TOP = 8;
const BOTTOM = 8;

/** Plots each query's figure before and after, joined by a line, the biggest win on the left. */
export function changesPlot({ perQuery, comparedBy, wins, losses, ties }: ReportData): SVGSVGElement {
  const step = (WIDTH - LEFT - 12) / Math.max(perQuery.length, 1);
  const radius = Math.max(1.5, Math.min(4.5, step * 0.35));
  const x = (place: number) => LEFT + 6 + (place + 0.5) * step;
  const y = (figure: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - figure);
  const grid = [0, 0.5, 1].flatMap((figure) => [
    svg('line', { class: 'grid', x1: LEFT, x2: WIDTH, y1: y(figure), y2: y(figure) }),
    svg('text', { x: LEFT - 6, y: y(figure) + 4, 'text-anchor': 'end' }, figure.toFixed(1)),
  ]);
  const marks = perQuery.map(({ queryId, query, before, after, change }, place) =>
    svg(
      'g',
      {},
      svg('title', {}, `${query || queryId}: ${before.toFixed(3)} before, ${after.toFixed(3)} after`),
      svg('line', {
        class: `change ${change > 0 ? 'up' : change < 0 ? 'down' : ''}`,
        ...{ x1: x(place), x2: x(place), y1: y(before), y2: y(after) },
      }),
      svg('circle', { class: 'before', cx: x(place), cy: y(before), r: radius }),
      svg('circle', { class: 'after', cx: x(place), cy: y(after), r: radius }),
    ),
  );
  const words = `${comparedBy} of ${perQuery.length} queries: ${wins} better after re-ranking, ${losses} worse, ${ties} unchanged.`;
  return svg(
    'svg',
    { class: 'changes-plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': words },
    ...grid,
    ...marks,
  );
}
