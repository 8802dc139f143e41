import type { ColdStart } from './cold.js';
import { labelOf } from './contestants.js';
import type { ModelResults } from './results.js';
import { fixed, megabytes, table, whole } from './table.js';

const VISITORS = 1_000_000;
/** Of a content delivery network, for each GB; a round number for comparison, not an offer. */
const PRICE = 0.02;

/** How visitors use the search: shares from 0 to 1. */
export interface Habits {
  /** In a table. */
  label: string;
  /** Of the visitors. */
  search: number;
  /** Of those who search: they have everything in their caches. */
  cached: number;
}

const HABITS: readonly Habits[] = [
  { label: 'everyone searches, nobody comes back', search: 1, cached: 0 },
  { label: '20 % search, nobody comes back', search: 0.2, cached: 0 },
  { label: '20 % search, 70 % of these have it in the cache', search: 0.2, cached: 0.7 },
];

const LINES = [10, 50, 200]; // Mbit/s

/** Bytes that a first use moves: weights as they are, since hosts do not compress them, all else with gzip. */
export function firstUseBytes(files: ColdStart['files']): number {
  return files.reduce(
    (sum, { path, bytes, gzipBytes }) => sum + (path.endsWith('.onnx') ? bytes : gzipBytes),
    0,
  );
}

/** First uses among so many visitors, and the bytes that they move. */
export function trafficOf(habits: Habits, visitors: number, bytes: number): { uses: number; bytes: number } {
  const uses = Math.round(visitors * habits.search * (1 - habits.cached));
  return { uses, bytes: uses * bytes };
}

/** What a site with a million visitors pays, by calculation from measured bytes and times; empty without starts. */
export function visitorSection({ cold, medians }: ModelResults): string {
  const measured = cold.filter(({ files }) => files.length > 0);
  const ours = measured.find(({ key }) => key === 'ours');
  if (!ours) return '';
  const bytes = firstUseBytes(ours.files);
  const parts = measured.map(({ key, files }) => [
    labelOf(key),
    megabytes(firstUseBytes(files.filter(({ path }) => path.endsWith('.onnx')))),
    megabytes(firstUseBytes(files.filter(({ path }) => path.endsWith('.wasm')))),
    megabytes(firstUseBytes(files.filter(({ path }) => !/\.(onnx|wasm)$/.test(path)))),
    megabytes(firstUseBytes(files)),
  ]);
  const traffic = HABITS.map((habits) => {
    const moved = trafficOf(habits, VISITORS, bytes);
    return [
      habits.label,
      whole(moved.uses),
      `${fixed(moved.bytes / 1e12, 1)} TB`,
      whole((moved.bytes / 1e9) * PRICE),
    ];
  });
  const start = (figure: 'emptyMs' | 'warmMs') => (medians[`ours.${figure}`] ?? Number.NaN) / 1000;
  const lines = LINES.map((line) => {
    const seconds = (bytes * 8) / (line * 1e6);
    return [`${line} Mbit/s`, `${fixed(seconds, 1)} s`, `${fixed(seconds + start('emptyMs'), 1)} s`];
  });
  const oneWorker = medians['oursOneWorker.ms'] ?? medians['ours.ms'];
  const hours = oneWorker === undefined ? undefined : (VISITORS * oneWorker) / 3_600_000;
  return [
    'A first use moves (MB; weights as they are, WASM and text with gzip):',
    table(['', 'weights', 'WASM', 'tokenizer and code', 'in all'], parts),
    'Every further use moves headers only, while the caches last. Assumed: what the rows say, and 0.02 a GB.',
    table(['of 1,000,000 visitors', 'first uses', 'moved', 'at 0.02 a GB'], traffic),
    'On a real line, before anything else uses it:',
    table(['line', 'download of a first use', 'with the start measured here'], lines),
    `From warm caches the start alone counts: ${fixed(start('warmMs'), 1)} s here.${
      hours === undefined
        ? ''
        : ` The site's servers compute nothing: a million rankings of 100 passages, at the ${fixed((oneWorker ?? 0) / 1000, 1)} s of one thread here, would be ${whole(hours)} hours of one core.`
    }`,
  ].join('\n\n');
}
