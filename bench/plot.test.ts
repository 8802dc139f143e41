import { describe, expect, it } from 'vitest';
import { plotsOf } from './plot.js';
import { barPlot, growthPlot, timeOf } from './svg.js';
import { measurements, results } from './testing.js';

describe('plotsOf', () => {
  it('draws a plot for each table and for growth by passages and by length', () => {
    const plots = plotsOf(results());
    expect(Object.keys(plots).sort()).toEqual([
      'length.svg',
      'passages.svg',
      'speed-10.svg',
      'speed-100.svg',
      'stages.svg',
    ]);
    expect(plots['passages.svg']).toContain('browser-reranker');
    expect(plots['speed-100.svg']).not.toContain('@xenova'); // it has no times
  });

  it('draws nothing that was not measured', () => {
    const { workloads, ...none } = measurements();
    const measured = { ...none, workloads: workloads.slice(0, 1), depth: undefined, kept: undefined };
    expect(Object.keys(plotsOf(results(measured)))).toEqual(['speed-10.svg']);
  });
});

describe('barPlot', () => {
  it('makes bars in proportion, the largest 320 wide', () => {
    const svg = barPlot(
      'a < b',
      [
        { label: 'x', value: 5, ours: true },
        { label: 'y', value: 10, ours: false },
      ],
      1,
    );
    const widths = [...svg.matchAll(/height="18"|<rect x="340" y="\d+" width="([\d.]+)"/g)].flatMap(
      ([, width]) => width ?? [],
    );
    expect(widths).toEqual(['160.0', '320.0']);
    expect(svg).toContain('a &lt; b');
  });
});

describe('growthPlot', () => {
  it('has both axes logarithmic: equal factors, equal distances', () => {
    const points = [10, 100, 1000].map((x) => ({ x, ms: x * 4 }));
    const svg = growthPlot('growth', 'passages', [{ label: 'ours', points }]);
    const [a, b, c] = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    expect(b![0]! - a![0]!).toBeCloseTo(c![0]! - b![0]!, 0);
    expect(b![1]! - a![1]!).toBeCloseTo(c![1]! - b![1]!, 0);
    expect(b![1]!).toBeLessThan(a![1]!); // more is higher
    expect(svg).toContain('4.0 s');
    expect(svg).not.toContain('NaN');
  });

  it('writes short times in milliseconds', () => {
    expect([timeOf(12.4), timeOf(999), timeOf(1500)]).toEqual(['12 ms', '999 ms', '1.5 s']);
  });
});
