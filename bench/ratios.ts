import type { ColdStart } from './cold.js';
import type { ContestantKey } from './contestants.js';
import type { Sample } from './pages/contestant.js';
import type { Ratios, WorkloadResult } from './results.js';
import { pairedRatio, summarise } from './statistics.js';

type Figure = 'ms' | 'runMs' | 'firstPartialMs';

/** The workload that the ratios are about. */
const WORKLOAD = '100';

/**
 * The ratios of a run, each the median of the ratios within the rounds, and the medians they come from.
 * A ratio that cannot be had is null, and the notes say why.
 */
export function ratiosOf(
  workloads: readonly WorkloadResult[],
  cold: readonly ColdStart[],
): { ratios: Ratios; notes: string[]; medians: Record<string, number> } {
  const notes: string[] = [];
  const medians: Record<string, number> = {};
  const contestants = workloads.find(({ name }) => name === WORKLOAD)?.contestants ?? [];
  const find = (key: ContestantKey) => contestants.find((each) => each.key === key);
  const figures = (key: ContestantKey, figure: Figure = 'ms') =>
    Array.from(find(key)?.rounds ?? [], (sample?: Omit<Sample, 'scores'>) => sample?.[figure]);

  const ratio = (
    name: keyof Ratios,
    above: (number | undefined)[],
    below: (number | undefined)[],
    why = '',
  ) => {
    const summary = pairedRatio(above, below);
    if (!summary) {
      notes.push(`${name} is null: ${why || `no rounds of ${WORKLOAD} passages`}.`);
      return null;
    }
    if (summary.samples === 1) notes.push(`${name} rests on one round.`);
    return summary.median;
  };
  const against = (name: keyof Ratios, above: ContestantKey, below: ContestantKey) =>
    ratio(name, figures(above), figures(below), find(above)?.error ?? find(below)?.error);

  for (const { key, error } of contestants) {
    if (error !== undefined) notes.push(`${key}: ${error}`);
    for (const figure of ['ms', 'runMs', 'firstPartialMs'] as const) {
      const values = figures(key, figure).filter((value) => value !== undefined);
      const summary = summarise(values);
      if (summary) medians[`${key}.${figure}`] = summary.median;
    }
  }
  const starts = (key: ContestantKey, figure: 'ms' | 'bytes') =>
    cold.find((each) => each.key === key)?.empty.map((start) => start[figure]) ?? [];
  for (const { key, empty, warm, files, error } of cold) {
    if (error !== undefined) notes.push(`start of ${key}: ${error}`);
    medians[`${key}.emptyMs`] = summarise(empty.map(({ ms }) => ms))?.median ?? Number.NaN;
    medians[`${key}.warmMs`] = summarise(warm.map(({ ms }) => ms))?.median ?? Number.NaN;
    medians[`${key}.emptyBytes`] = summarise(empty.map(({ bytes }) => bytes))?.median ?? Number.NaN;
    medians[`${key}.warmBytes`] = summarise(warm.map(({ bytes }) => bytes))?.median ?? Number.NaN;
    medians[`${key}.emptyGzipBytes`] = files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
  }

  const ratios: Ratios = {
    vsTransformersRecipe: against('vsTransformersRecipe', 'transformersRecipe', 'ours'),
    vsTransformersSorted: against('vsTransformersSorted', 'transformersSorted', 'ours'),
    runShare: ratio('runShare', figures('ours', 'runMs'), figures('ours')),
    ofPackedLimit: against('ofPackedLimit', 'rawPacked', 'ours'),
    poolSpeedup: against('poolSpeedup', 'oursOneWorker', 'oursPool'),
    coldBytes: ratio('coldBytes', starts('ours', 'bytes'), starts('transformersRecipe', 'bytes')),
    coldTime: ratio('coldTime', starts('ours', 'ms'), starts('transformersRecipe', 'ms')),
    adaptiveSpeedup: null,
  };
  notes.push('adaptiveSpeedup is null: adaptive depth does not exist yet.');
  notes.push(
    'coldBytes counts files as they lie on disk; emptyGzipBytes in the medians is what gzip makes of them.',
  );
  return { ratios, notes, medians };
}
