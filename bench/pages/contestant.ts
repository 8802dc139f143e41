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
  /** URL of the library's module, where it is not part of the page. */
  library?: string;
  /** Folder of the library's runtime, with a slash at its end. */
  runtime?: string;
}

/** What a contestant says about one ranking. */
export interface Ranked {
  /** Logits in the order of the passages. */
  scores: number[];
  /** Milliseconds, where the page measures them itself; else the time of the call. */
  ms?: number;
  /** Milliseconds until something could be shown, where that is before the end. */
  firstPartialMs?: number;
  /** Milliseconds inside the model. */
  runMs?: number;
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
  /** Ranks. */
  rank(work: Work): Promise<Ranked>;
}

/** What a page of the benchmark offers to the runner. */
export interface BenchPage {
  /** Opens the contestant. @returns what it runs on */
  open(options: OpenOptions): Promise<string>;
  /** Keeps a workload, so that handing it over is no part of a measurement. */
  load(work: Work): void;
  /** Ranks the workload once. */
  rank(): Promise<Sample>;
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
      return contestant.note;
    },
    load: (work) => void (kept = work),
    async rank() {
      const { contestant, work } = opened();
      const tasks = watchLongTasks();
      // The runner's call is no task of the page; a timer's is, and counts when it is long.
      await new Promise((resolve) => setTimeout(resolve, 10));
      const started = performance.now();
      const ranked = await contestant.rank(work);
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
