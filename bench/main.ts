import { readResults, writeResults } from './files.js';
import { readOptions, USAGE, type BenchOptions } from './options.js';
import { describeMachine, type ModelResults, type Results } from './results.js';
import { runModel } from './run.js';
import { partsOf, QUICK_SECONDS, Schedule } from './schedule.js';
import { buildPages, isThere } from './server.js';

const MODELS = ['minilm-l6-rerank-en', 'minilm-l3-rerank-en'];

/** The models that the caller names, else those of ours that are there; a quick run takes one. */
function modelsOf({ models, quick }: BenchOptions): [string, ...string[]] {
  const [first, ...further] = models ?? MODELS.filter(isThere).slice(0, quick ? 1 : undefined);
  const missing = [first ?? MODELS.join(', '), ...further].find((model) => !isThere(model));
  if (first === undefined || missing !== undefined)
    throw new Error(`public/models has no ${missing} with onnx/model_quantized.onnx`);
  return [first, ...further];
}

async function run(options: BenchOptions): Promise<Results> {
  const started = performance.now();
  const say = (stage: string) =>
    console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${stage}`);
  const runs = modelsOf(options).map((model, index) => ({ model, parts: partsOf(options, index === 0) }));
  const weights = runs.flatMap(({ model, parts }) =>
    parts.map(([part, seconds]) => [`${model}/${part}`, seconds] as const),
  );
  const schedule = new Schedule(weights, options.quick ? QUICK_SECONDS : undefined);
  say('building the pages');
  await buildPages();
  const all: ModelResults[] = [];
  for (const { model, parts } of runs) all.push(await runModel({ model, parts, schedule, options, say }));
  const [first, ...others] = all;
  if (!first) throw new Error('no model was measured');
  return {
    when: new Date().toISOString(),
    quick: options.quick,
    threads: options.threads,
    machine: describeMachine(),
    seconds: (performance.now() - started) / 1000,
    ...first,
    others,
  };
}

try {
  const options = readOptions(process.argv.slice(2));
  const results = options.from === undefined ? await run(options) : readResults(options.from);
  writeResults(results, options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`usage: ${USAGE}`);
  process.exitCode = 1;
}
