import type { Work } from '../workload.js';

/** How a page opens its contestant. */
export interface OpenOptions {
  /** Which way of ranking the page is to take, where it knows several. */
  mode: string;
  /** The model's name: in `/models` for ours, in the Hub's layout for the others. */
  model: string;
  /** Threads for WASM. */
  threads: number;
  /** Workers, where there is a pool. Default 1. */
  workers?: number | 'auto';
  /** Where to run. Default `wasm`. */
  device?: 'wasm' | 'webgpu';
  /** Which weights. Default `q8`. */
  dtype?: 'q8' | 'w8' | 'int8';
  /** Ours: memory for states of passages; `default` leaves it to the library. Default 0: rounds repeat their passages. */
  keptPassageBytes?: number | 'default';
  /** URL of the library's module, where it is not part of the page. */
  library?: string;
  /** Folder of the library's runtime, with a slash at its end. */
  runtime?: string;
}

/** How ours is to rank; the others rank everything in full. */
export interface How {
  /** Through all layers, or only as far as needed for the best. */
  depth?: 'full' | 'adaptive';
  /** How many of the best. */
  topK?: number;
}

/** What a contestant says about one ranking. */
export interface Ranked {
  /** Logits in the order of the passages; NaN for those that were not returned. */
  scores: number[];
  /** Milliseconds, where the page measures them itself; else the time of the call. */
  ms?: number;
  /** Milliseconds until something could be shown, where that is before the end. */
  firstPartialMs?: number;
  /** Milliseconds inside the model. */
  runMs?: number;
  /** Rows whose passage was computed for an earlier query. */
  kept?: number;
  /** Rows that entered each stage of the model. */
  stageRows?: number[];
  /** GPU pipelines compiled since the ranking before. */
  pipelines?: number;
}

/** One ranking as measured in the page. */
export interface Sample extends Ranked {
  /** Milliseconds from the call to the ranking. */
  ms: number;
  /** Tasks of 50 ms or more on the page's main thread meanwhile. */
  longTasks: number;
  /** The longest of them in milliseconds; 0 for none. */
  longestTaskMs: number;
}

/** A way of ranking, open in a page. */
export interface Contestant {
  /** What it runs on, in a few words. */
  note: string;
  /** Stages of the model, where the contestant knows of such. */
  stages?: number;
  /** Ranks. */
  rank(work: Work, how?: How): Promise<Ranked>;
}

/** What a page of the benchmark offers to the runner. */
export interface BenchPage {
  /** Opens the contestant. @returns what it runs on */
  open(options: OpenOptions): Promise<Pick<Contestant, 'note' | 'stages'>>;
  /** Keeps a workload, so that handing it over is no part of a measurement. */
  load(work: Work): void;
  /** Ranks the workload once. */
  rank(how?: How): Promise<Sample>;
  /** Ranks it many times. */
  rankMany(times: number): Promise<void>;
  /** Opens, ranks once. @returns milliseconds since navigation began */
  firstScore(options: OpenOptions, work: Work): Promise<number>;
}

declare global {
  interface Window {
    bench: BenchPage;
  }
}

/** Offers a contestant to the runner as `window.bench`. */
export function expose(open: (options: OpenOptions) => Promise<Contestant>): void {
  let contestant: Contestant | undefined;
  let kept: Work | undefined;
  const opened = () => {
    if (!contestant || !kept) throw new Error('open() and load() come first');
    return { contestant, work: kept };
  };
  window.bench = {
    async open(options) {
      contestant = await open(options);
      const { note, stages } = contestant;
      return { note, ...(stages === undefined ? {} : { stages }) };
    },
    load: (work) => void (kept = work),
    async rank(how) {
      const { contestant, work } = opened();
      const tasks = watchLongTasks();
      // The runner's call is no task of the page; a timer's is, and counts when it is long.
      await new Promise((resolve) => setTimeout(resolve, 10));
      const started = performance.now();
      const ranked = await contestant.rank(work, how);
      const ms = performance.now() - started;
      return { ...ranked, ms: ranked.ms ?? ms, ...(await tasks.end()) };
    },
    async rankMany(times) {
      const { contestant, work } = opened();
      for (let time = 0; time < times; time++) await contestant.rank(work);
    },
    async firstScore(options, work) {
      contestant = await open(options);
      await contestant.rank(work);
      return performance.now();
    },
  };
}

/** Counts long tasks until its end. */
function watchLongTasks(): { end(): Promise<Pick<Sample, 'longTasks' | 'longestTaskMs'>> } {
  const durations: number[] = [];
  const add = (entries: PerformanceEntryList) => durations.push(...entries.map(({ duration }) => duration));
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: 'longtask' });
  return {
    async end() {
      // An entry is queued after its task has ended.
      await new Promise((resolve) => setTimeout(resolve, 100));
      add(observer.takeRecords());
      observer.disconnect();
      return { longTasks: durations.length, longestTaskMs: Math.max(0, ...durations) };
    },
  };
}
