import type { ContestantKey } from './contestants.js';
import { ratiosOf } from './ratios.js';
import type { Measurements, Results } from './results.js';
import type { Measured } from './open.js';

/** A contestant of the tests with these times. */
export function contestant(
  key: ContestantKey,
  times: readonly number[],
  more: Partial<Measured> = {},
): Measured {
  const rounds = times.map((ms) => ({ ms, runMs: ms * 0.9, longTasks: 0, longestTaskMs: 0 }));
  return { key, note: '', rounds, largestDifference: 0.01, peakBytes: 3e8, ...more };
}

/** Made-up measurements with a figure of every kind. */
export function measurements(): Measurements {
  const tokens = { p10: 60, p50: 90, p90: 150, max: 270, total: 10_000 };
  const workload = (name: string, passages: number, factor: number) => ({
    name,
    passages,
    tokens,
    contestants: [
      contestant('ours', [100 * factor, 300 * factor]),
      contestant('transformersRecipe', [400 * factor, 900 * factor]),
      contestant('transformersSorted', [150 * factor, 450 * factor]),
      contestant('rawPacked', [90 * factor]),
      contestant('oursOneWorker', [200 * factor]),
      contestant('oursPool', [100 * factor]),
      contestant('xenovaRecipe', [], { error: "cannot run: Can't create a | session" }),
    ],
  });
  const files = [
    { path: '/models/m/onnx/model_quantized.onnx', bytes: 24e6, gzipBytes: 17e6 },
    { path: '/runtime.wasm', bytes: 14e6, gzipBytes: 4e6 },
    { path: '/ours.html', bytes: 1e6, gzipBytes: 2e5 },
  ];
  const start = (ms: number, bytes: number) => ({ ms, bytes });
  return {
    workloads: [
      workload('10', 10, 1),
      workload('100', 100, 10),
      workload('16x32', 16, 1),
      workload('16x128', 16, 4),
    ],
    cold: [
      { key: 'ours', empty: [start(2000, 39e6)], warm: [start(1000, 0)], files },
      { key: 'transformersRecipe', empty: [start(4000, 52e6)], warm: [start(2000, 0)], files },
    ],
    depth: {
      stages: 3,
      candidates: 100,
      queries: [
        {
          query: 'a',
          full: { ms: 900 },
          adaptive: { ms: 300, stageRows: [100, 40, 12] },
          overlap: 1,
          difference: 0,
        },
        {
          query: 'b',
          full: { ms: 800 },
          adaptive: { ms: 400, stageRows: [100, 60, 20] },
          overlap: 0.9,
          difference: 1e-5,
        },
      ],
    },
    kept: {
      stages: 3,
      candidates: 100,
      rounds: [{ firstMs: 900, secondMs: 300, unkeptMs: 880, kept: 100, difference: 2e-6 }],
    },
    many: [{ keeps: false, points: [{ ranks: 10, measured: 1e8, resident: 2e8 }] }],
    webgpu: {
      adapter: 'google swiftshader',
      software: true,
      passages: 4,
      contestants: [contestant('oursWebgpu', [31_000], { largestDifference: 0.02 })],
    },
    failures: [],
  };
}

/** Results of a made-up run. */
export function results(measured: Measurements = measurements()): Results {
  return {
    when: '2026-01-02T03:04:05.000Z',
    quick: false,
    threads: 2,
    machine: 'test machine',
    seconds: 12,
    model: 'model-a',
    ...measured,
    ...ratiosOf(measured),
    others: [],
  };
}
