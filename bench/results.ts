import { cpus, loadavg, totalmem } from 'node:os';
import type { ColdStart } from './cold.js';
import type { DepthResult } from './depth.js';
import type { KeptResult } from './kept.js';
import type { ManyRanks } from './many.js';
import type { Measured } from './open.js';
import type { Summary } from './statistics.js';
import type { WebgpuResult } from './webgpu.js';
import type { Workload } from './workload.js';

/** The ratios that the project is held to; null with a reason in the notes where there is none. */
export interface Ratios {
  /** Time of Transformers.js as documented, over ours: higher is better. */
  vsTransformersRecipe: number | null;
  /** Time of Transformers.js hand-sorted in batches of 32, over ours: higher is better. */
  vsTransformersSorted: number | null;
  /** Share of `rank()` inside the model, with one worker: 1 is the best. */
  runShare: number | null;
  /** Time of perfectly packed batches over ours, the same tokens: 1 is the best. */
  ofPackedLimit: number | null;
  /** Without isolation, time of one worker over that of the pool: higher is better. */
  poolSpeedup: number | null;
  /** Bytes of our first start over those of Transformers.js: lower is better. */
  coldBytes: number | null;
  /** Time of our first start over that of Transformers.js: lower is better. */
  coldTime: number | null;
  /** Time of full depth over adaptive depth, top 10 of 100 candidates: higher is better. */
  adaptiveSpeedup: number | null;
  /** Time of a first query over that of a second one among the same 100 candidates: higher is better. */
  keptSpeedup: number | null;
}

/** What was measured on one workload. */
export interface WorkloadResult extends Pick<Workload, 'name' | 'tokens'> {
  /** How many. */
  passages: number;
  /** Everyone. */
  contestants: Measured[];
}

/** What was measured on a model. */
export interface Measurements {
  /** Samples of each workload. */
  workloads: WorkloadResult[];
  /** First starts. */
  cold: ColdStart[];
  /** Adaptive depth. */
  depth?: DepthResult | undefined;
  /** Kept passages. */
  kept?: KeptResult | undefined;
  /** Memory after many rankings of ours. */
  many: ManyRanks[];
  /** WebGPU. */
  webgpu?: WebgpuResult | undefined;
  /** Parts that failed, and why. */
  failures: string[];
}

/** The results of one model. */
export interface ModelResults extends Measurements {
  /** The model's name. */
  model: string;
  /** On 100 passages. */
  ratios: Ratios;
  /** How far each ratio lies apart from round to round. */
  summaries: Partial<Record<keyof Ratios, Summary>>;
  /** What should be known about the ratios. */
  notes: string[];
  /** The medians that the ratios come from, in milliseconds, bytes and shares. */
  medians: Record<string, number>;
}

/** Everything that a run found; the first model's results, and those of the others. */
export interface Results extends ModelResults {
  /** When, in ISO 8601. */
  when: string;
  /** Whether this was the quick run. */
  quick: boolean;
  /** Threads for everyone on isolated pages. */
  threads: number;
  /** Processor, cores, memory, load. */
  machine: string;
  /** How long the run took. */
  seconds: number;
  /** Further models. */
  others: ModelResults[];
}

/** The machine in words. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  return `${model}, ${cpus().length} cores, ${memory} GiB, ${process.platform}, load ${load} at the end`;
}
