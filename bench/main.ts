import { launch, type Setting } from './browser.js';
import { coldStarts } from './cold.js';
import { CONTESTANTS } from './contestants.js';
import { toleranceOf, writeResults } from './files.js';
import { rankMany } from './many.js';
import { readOptions, USAGE, type BenchOptions } from './options.js';
import { ratiosOf } from './ratios.js';
import { describeMachine, type Results, type WorkloadResult } from './results.js';
import { runRounds, type RoundPlan } from './rounds.js';
import { buildPages, modelDir, startServers } from './server.js';
import { WorkloadMaker, type Workload } from './workload.js';

const QUICK_BUDGET_MS = 140_000;
const FULL_BUDGET_MS = 15 * 60_000;

/** The run's workloads: one for a quick run; else the sizes, the long documents, and lengths for the plot. */
function workloadsOf(maker: WorkloadMaker, { quick, workloads }: BenchOptions): Workload[] {
  const names = workloads ?? (quick ? ['100'] : ['10', '100', '1000', 'long', '16x32', '16x128', '16x448']);
  return names.map((name) => {
    if (name === 'long') return maker.documents(20);
    const [count = 0, tokens] = name.split('x').map(Number);
    return tokens === undefined ? maker.passages(count) : maker.equal(count, tokens);
  });
}

async function run(options: BenchOptions): Promise<Results> {
  const started = performance.now();
  const { quick, model, threads } = options;
  const say = (stage: string) =>
    console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${stage}`);
  say('building the pages');
  await buildPages();
  const setting: Setting = { model, threads, servers: await startServers(model) };
  try {
    const maker = new WorkloadMaker(modelDir(model));
    const plan: RoundPlan = {
      rounds: options.rounds ?? (quick ? 4 : 7),
      slowRounds: quick ? 1 : 3,
      budgetMs: quick ? QUICK_BUDGET_MS : FULL_BUDGET_MS,
      extrasLast: quick,
      tolerance: toleranceOf(model),
    };
    const specs = CONTESTANTS.filter((spec) => !quick || !spec.fullOnly);
    const few = maker.passages(10);

    say('starts');
    const peers = specs.filter(({ key }) => key === 'ours' || key === 'transformersRecipe');
    const cold = await coldStarts(
      setting,
      peers,
      { ...few, passages: few.passages.slice(0, 1) },
      quick ? 2 : 7,
    );

    const workloads: WorkloadResult[] = [];
    for (const workload of workloadsOf(maker, options)) {
      say(`workload ${workload.name}`);
      const browser = await launch();
      try {
        const contestants = await runRounds(browser, setting, maker, specs, workload, plan);
        const { name, passages, tokens } = workload;
        workloads.push({ name, passages: passages.length, tokens, contestants });
      } finally {
        await browser.close();
      }
    }

    say('memory');
    const ours = specs[0];
    const short = maker.equal(2, 12);
    const many =
      ours === undefined
        ? undefined
        : await rankMany(setting, ours, short, quick ? [10, 50] : [10, 100, 1000], !quick);
    return {
      when: new Date().toISOString(),
      quick,
      model,
      threads,
      machine: describeMachine(),
      seconds: (performance.now() - started) / 1000,
      ...ratiosOf(workloads, cold),
      workloads,
      cold,
      many,
    };
  } finally {
    for (const server of Object.values(setting.servers)) await server.close();
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  const results = await run(options);
  writeResults(results, options.json);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`usage: ${USAGE}`);
  process.exitCode = 1;
}
