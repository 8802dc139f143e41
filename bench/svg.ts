const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** One bar. */
export interface Bar {
  /** Left of it. */
  label: string;
  /** Its length; 0 or more. */
  value: number;
  /** Drawn in the colour of ours. */
  ours: boolean;
}

/** One line of a growth plot. */
export interface Line {
  /** In the legend. */
  label: string;
  /** From left to right; all above 0. */
  points: { x: number; ms: number }[];
}

const OURS = '#2563eb';
const OTHERS = '#9ca3af';
const LINES: readonly (readonly [colour: string, dashes: string])[] = [
  [OURS, ''],
  ['#b45309', '7 3'],
  ['#6b7280', '2 3'],
  ['#047857', '10 3 2 3'],
];

function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="10" y="20" font-size="14" font-weight="bold" fill="#222">${escape(title)}</text>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

/** Horizontal bars, all to one scale. @param digits - after the point of each value */
export function barPlot(title: string, bars: readonly Bar[], digits: number): string {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const parts = bars.map(({ label, value, ours }, index) => {
    const y = 40 + index * 26;
    const width = (value / most) * 320;
    return (
      `<text x="330" y="${y + 13}" text-anchor="end" fill="#222">${escape(label)}</text>` +
      `<rect x="340" y="${y}" width="${width.toFixed(1)}" height="18" fill="${ours ? OURS : OTHERS}"/>` +
      `<text x="${(346 + width).toFixed(1)}" y="${y + 13}" fill="#222">${value.toFixed(digits)}</text>`
    );
  });
  return svg(740, 50 + bars.length * 26, title, parts);
}

/** How milliseconds grow; both axes are logarithmic, and the first line's values are written beside its points. */
export function growthPlot(title: string, unit: string, lines: readonly Line[]): string {
  const [left, right, top, bottom] = [50, 560, 50 + lines.length * 16, 330];
  const all = lines.flatMap(({ points }) => points);
  const toX = scale(
    all.map(({ x }) => x),
    left + 30,
    right - 30,
  );
  const toY = scale(
    all.map(({ ms }) => ms),
    bottom - 10,
    top + 10,
  );
  const drawn = lines.flatMap(({ label, points }, index) => {
    const [colour, dashes] = LINES[index % LINES.length] ?? [OURS, ''];
    const stroke = `fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}"`;
    const at = points.map(({ x, ms }) => ({ ms, px: toX(x).toFixed(1), py: toY(ms).toFixed(1) }));
    const y = 40 + index * 16;
    return [
      `<path d="M10 ${y - 4}h30" ${stroke}/><text x="46" y="${y}" fill="#222">${escape(label)}</text>`,
      `<polyline points="${at.map(({ px, py }) => `${px},${py}`).join(' ')}" ${stroke}/>`,
      ...at.map(({ ms, px, py }) => {
        const text = `<text x="${px}" y="${Number(py) + 18}" text-anchor="middle" fill="#222">${timeOf(ms)}</text>`;
        return `<circle cx="${px}" cy="${py}" r="3" fill="${colour}"/>${index === 0 ? text : ''}`;
      }),
    ];
  });
  const ticks = [...new Set(all.map(({ x }) => x))].map(
    (x) =>
      `<text x="${toX(x).toFixed(1)}" y="${bottom + 32}" text-anchor="middle" fill="#222">${x} ${unit}</text>`,
  );
  return svg(600, 375, title, [
    `<path d="M${left} ${top}V${bottom + 14}H${right}" fill="none" stroke="${OTHERS}"/>`,
    ...drawn,
    ...ticks,
  ]);
}

/** Milliseconds, from a second on as seconds. */
export function timeOf(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  return (value) => from + ((Math.log(value) - low) / (high - low || 1)) * (to - from);
}
