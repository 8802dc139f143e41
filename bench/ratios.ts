import type { ColdStart } from './cold.js';
import type { ContestantKey } from './contestants.js';
import type { Sample } from './pages/contestant.js';
import type { Measurements, ModelResults, Ratios } from './results.js';
import { pairedRatio, summarise } from './statistics.js';

const FIGURES = ['ms', 'runMs', 'firstPartialMs'] as const;

/** What the project is held to. */
export const TARGETS: Readonly<Record<keyof Ratios, string>> = {
  vsTransformersRecipe: '≥ 3',
  vsTransformersSorted: '≥ 1.2',
  runShare: '≥ 0.95',
  ofPackedLimit: '≥ 0.9',
  poolSpeedup: '≥ 1.6',
  coldBytes: '≤ 0.75',
  coldTime: '≤ 0.7',
  adaptiveSpeedup: '≥ 2',
  keptSpeedup: '≥ 2',
};

/** Names of the ratios, in the order of tables. */
export const RATIO_NAMES = Object.keys(TARGETS) as (keyof Ratios)[]; // a literal with just these keys

/** The workload that the ratios are about. */
const WORKLOAD = '100';

/**
 * The ratios of a model, each the median of the ratios within the rounds, and the medians they come from.
 * A ratio that cannot be had is null, and the notes say why.
 */
export function ratiosOf(
  measured: Measurements,
): Pick<ModelResults, 'ratios' | 'summaries' | 'notes' | 'medians'> {
  const { cold, depth, kept } = measured;
  const notes = measured.failures.map((failure) => `failed: ${failure}`);
  const contestants = measured.workloads.find(({ name }) => name === WORKLOAD)?.contestants ?? [];
  const find = (key: ContestantKey) => contestants.find((each) => each.key === key);
  const figures = (key: ContestantKey, figure: (typeof FIGURES)[number] = 'ms') =>
    Array.from(find(key)?.rounds ?? [], (sample?: Omit<Sample, 'scores'>) => sample?.[figure]);

  for (const { key, error } of contestants) if (error !== undefined) notes.push(`${key}: ${error}`);
  for (const { key, error } of cold) if (error !== undefined) notes.push(`start of ${key}: ${error}`);

  const summaries: ModelResults['summaries'] = {};
  const ratio = (
    name: keyof Ratios,
    above: readonly (number | undefined)[],
    below: readonly (number | undefined)[],
    why = `no rounds of ${WORKLOAD} passages`,
  ) => {
    const summary = pairedRatio(above, below);
    if (!summary) {
      notes.push(`${name} is null: ${why}.`);
      return null;
    }
    summaries[name] = summary;
    if (summary.samples === 1) notes.push(`${name} rests on one round.`);
    return summary.median;
  };
  const against = (name: keyof Ratios, above: ContestantKey, below: ContestantKey) =>
    ratio(name, figures(above), figures(below), find(above)?.error ?? find(below)?.error);
  const starts = (key: ContestantKey, figure: 'ms' | 'bytes') =>
    cold.find((each) => each.key === key)?.empty.map((start) => start[figure]) ?? [];
  // A faster second query in which nothing was reused is noise, or a warm-up.
  const keptRounds = kept?.rounds.filter((round) => round.kept > 0);
  const unstaged = (stages: number | undefined) =>
    stages === undefined ? 'not measured' : stages < 2 ? 'the model has one stage' : 'no time left';

  const ratios: Ratios = {
    vsTransformersRecipe: against('vsTransformersRecipe', 'transformersRecipe', 'ours'),
    vsTransformersSorted: against('vsTransformersSorted', 'transformersSorted', 'ours'),
    runShare: ratio('runShare', figures('ours', 'runMs'), figures('ours')),
    ofPackedLimit: against('ofPackedLimit', 'rawPacked', 'ours'),
    poolSpeedup: against('poolSpeedup', 'oursOneWorker', 'oursPool'),
    coldBytes: ratio(
      'coldBytes',
      starts('ours', 'bytes'),
      starts('transformersRecipe', 'bytes'),
      'no starts',
    ),
    coldTime: ratio('coldTime', starts('ours', 'ms'), starts('transformersRecipe', 'ms'), 'no starts'),
    adaptiveSpeedup: ratio(
      'adaptiveSpeedup',
      depth?.queries.map(({ full }) => full.ms) ?? [],
      depth?.queries.map(({ adaptive }) => adaptive.ms) ?? [],
      unstaged(depth?.stages),
    ),
    keptSpeedup: ratio(
      'keptSpeedup',
      keptRounds?.map(({ firstMs }) => firstMs) ?? [],
      keptRounds?.map(({ secondMs }) => secondMs) ?? [],
      kept?.rounds.length ? 'no passage was reused' : unstaged(kept?.stages),
    ),
  };
  notes.push(
    'coldBytes counts files as they lie on disk; emptyGzipBytes in the medians is what gzip makes of them.',
  );
  const ranking = Object.fromEntries(
    contestants.flatMap(({ key }) =>
      FIGURES.map((figure) => [`${key}.${figure}`, figures(key, figure)] as const),
    ),
  );
  return {
    ratios,
    summaries,
    notes,
    medians: mediansOf({ ...ranking, ...startValues(cold), ...stageValues(measured) }),
  };
}

type Values = Record<string, readonly (number | undefined)[]>;

/** The median of each figure that has values. */
function mediansOf(values: Values): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, list]) => {
      const summary = summarise(list.filter((value) => value !== undefined));
      return summary ? [[name, summary.median]] : [];
    }),
  );
}

function startValues(cold: readonly ColdStart[]): Values {
  return Object.fromEntries(
    cold.flatMap(({ key, empty, warm, files }) => [
      [`${key}.emptyMs`, empty.map(({ ms }) => ms)],
      [`${key}.warmMs`, warm.map(({ ms }) => ms)],
      [`${key}.emptyBytes`, empty.map(({ bytes }) => bytes)],
      [`${key}.warmBytes`, warm.map(({ bytes }) => bytes)],
      [
        `${key}.emptyGzipBytes`,
        files.length === 0 ? [] : [files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0)],
      ],
    ]),
  );
}

function stageValues({ depth, kept }: Measurements): Values {
  const queries = depth?.queries ?? [];
  const rounds = kept?.rounds ?? [];
  const mean = (values: readonly number[]) =>
    values.length === 0 ? [] : [values.reduce((sum, value) => sum + value, 0) / values.length];
  return {
    'depth.fullMs': queries.map(({ full }) => full.ms),
    'depth.adaptiveMs': queries.map(({ adaptive }) => adaptive.ms),
    'depth.meanOverlap': mean(queries.map(({ overlap }) => overlap)),
    'depth.largestDifference': largest(queries.map(({ difference }) => difference)),
    'kept.firstMs': rounds.map(({ firstMs }) => firstMs),
    'kept.secondMs': rounds.map(({ secondMs }) => secondMs),
    'kept.unkeptMs': rounds.map(({ unkeptMs }) => unkeptMs),
    'kept.largestDifference': largest(rounds.map(({ difference }) => difference)),
  };
}

const largest = (values: readonly number[]) => (values.length === 0 ? [] : [Math.max(...values)]);
