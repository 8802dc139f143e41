import { launch, type Setting } from './browser.js';
import { coldStarts } from './cold.js';
import { followUps, searches } from './collection.js';
import { CONTESTANTS, type ContestantSpec } from './contestants.js';
import { compareDepths } from './depth.js';
import { toleranceOf } from './files.js';
import { keepPassages } from './kept.js';
import { rankMany } from './many.js';
import type { BenchOptions } from './options.js';
import { ratiosOf } from './ratios.js';
import type { Measurements, ModelResults } from './results.js';
import { reasonOf } from './open.js';
import { runRounds } from './rounds.js';
import { Pace, type Schedule, type Weights } from './schedule.js';
import { modelDir, startServers } from './server.js';
import { measureWebgpu } from './webgpu.js';
import { WorkloadMaker } from './workload.js';

/** A model's part of a run. */
export interface ModelRun {
  /** The model's name. */
  model: string;
  /** Its parts, in their order. */
  parts: Weights;
  /** The time for them; parts go by `model/part`. */
  schedule: Schedule;
  /** What the caller wants. */
  options: BenchOptions;
  /** Says what is under way. */
  say: (stage: string) => void;
}

/** Measures one model, part by part; a part that fails is told in the notes, and the next one begins. */
export async function runModel({ model, parts, schedule, options, say }: ModelRun): Promise<ModelResults> {
  const { quick, threads } = options;
  const setting: Setting = { model, threads, servers: await startServers(model) };
  const maker = new WorkloadMaker(modelDir(model));
  const specs = CONTESTANTS.filter((spec) => !quick || !spec.fullOnly);
  const ours = find(specs, 'ours');
  const measured: Measurements = { workloads: [], cold: [], many: [], failures: [] };
  const pace = new Pace();
  const few = maker.passages(10);
  const plan = (left: () => number) => ({
    rounds: options.rounds ?? (quick ? 4 : 7),
    slowRounds: quick ? 2 : 3,
    left,
    pace,
    extrasLast: quick,
    tolerance: toleranceOf(model),
  });

  const measure = async (part: string, left: () => number): Promise<void> => {
    switch (part) {
      case 'starts': {
        const peers = [ours, find(specs, 'transformersRecipe')];
        const one = { ...few, passages: few.passages.slice(0, 1) };
        measured.cold = await coldStarts(setting, peers, one, quick ? 2 : 7, left);
        return;
      }
      case 'depth':
        measured.depth = await compareDepths(setting, ours, await searches(100), maker.passages(20), left);
        return;
      case 'kept': {
        const pairs = followUps(await searches(100));
        measured.kept = await keepPassages(setting, ours, pairs, few, quick ? 2 : 6, left);
        return;
      }
      case 'memory': {
        const counts = quick ? [10, 50] : [10, 100, 1000];
        for (const keeps of quick ? [false] : [false, true])
          measured.many.push(await rankMany(setting, ours, maker.equal(2, 12), counts, keeps, !quick));
        return;
      }
      case 'webgpu':
        measured.webgpu = await measureWebgpu(setting, maker, plan(left), !quick);
        return;
      default: {
        const workload = maker.named(part);
        const few = part.includes('x') ? specs.filter(({ growth }) => growth) : specs;
        const browser = await launch();
        try {
          const contestants = await runRounds(browser, setting, maker, few, workload, plan(left));
          const { name, passages, tokens } = workload;
          measured.workloads.push({ name, passages: passages.length, tokens, contestants });
        } finally {
          await browser.close();
        }
      }
    }
  };

  try {
    for (const [part] of parts) {
      const left = schedule.begin(`${model}/${part}`);
      say(`${model}: ${part}, ${(left() / 1000).toFixed(0)} s`);
      await measure(part, left).catch((error: unknown) => {
        measured.failures.push(`${part}: ${reasonOf(error)}`);
        console.error(`  ${part} failed: ${reasonOf(error)}`);
      });
    }
  } finally {
    for (const server of Object.values(setting.servers)) await server.close();
  }
  return { model, ...measured, ...ratiosOf(measured) };
}

function find(specs: readonly ContestantSpec[], key: ContestantSpec['key']): ContestantSpec {
  const spec = specs.find((each) => each.key === key);
  if (!spec) throw new Error(`no contestant ${key}`);
  return spec;
}
