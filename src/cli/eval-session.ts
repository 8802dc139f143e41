import type { PairScorer } from '../evaluation/types.js';
import { createRerankerIn } from '../pooled-reranker.js';
import type { Depth, RerankerInfo, RerankerOptions } from '../types.js';
import { scorerOf } from './depth-scorer.js';
import { nodeEnvironment } from '../node/environment.js';
import { ProgressBar } from './progress.js';
import { ResultsFile, type ResultsKey } from './results-file.js';

/** What an evaluation runs with. */
export interface EvalSession<Result> {
  /** The loaded model. */
  readonly scorer: PairScorer;
  /** What was loaded. */
  readonly info: RerankerInfo;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Results of an earlier session. */
  readonly finished: readonly Result[];
  /** To be called with each finished query, those of an earlier session too. */
  readonly onQuery: (progress: QueryProgress, result: Result) => void;
}

/** How far an evaluation is. */
export interface QueryProgress {
  /** Queries done. */
  readonly done: number;
  /** Queries in all. */
  readonly total: number;
  /** Before the numbers on the bar. */
  readonly label: string;
}

/** Where a session's results go and what they belong to. */
export interface EvalResume<Result> {
  /** The file; undefined keeps nothing. */
  readonly path: string | undefined;
  /** What the results belong to, the model left out: that is added here. */
  readonly key: ResultsKey;
  /** Whether a line of the file is a result. */
  readonly isResult: (value: unknown) => value is Result;
}

/** Loads the model, opens the results file and runs an evaluation that Ctrl-C stops between two batches. */
export async function inSession<Result, Report>(
  options: RerankerOptions,
  { depth, k }: { depth: Depth; k: number },
  resume: EvalResume<Result>,
  run: (session: EvalSession<Result>) => Promise<Report>,
): Promise<Report> {
  const stop = new AbortController();
  const bar = new ProgressBar();
  const progress = { done: 0, total: 0 };
  const onSignal = () => stop.abort(stopped(progress, resume.path));
  process.once('SIGINT', onSignal); // a second Ctrl-C ends the process, as usual
  try {
    const reranker = await createRerankerIn(nodeEnvironment(), {
      ...options,
      signal: stop.signal,
      onProgress: bar.onLoad,
    });
    const { info } = reranker;
    const file =
      resume.path === undefined
        ? undefined
        : await ResultsFile.open(resume.path, { ...modelKey(info), ...resume.key }, resume.isResult);
    const finished = file?.finished ?? [];
    const known = new Set<Result>(finished);
    const clock = new TimeLeft();
    const onQuery = ({ done, total, label }: QueryProgress, result: Result): void => {
      if (!known.has(result)) {
        file?.append(result);
        clock.add(); // what was read back says nothing about the speed
      }
      Object.assign(progress, { done, total });
      bar.show(label, done, total, `  ${done}/${total} queries${clock.left(total - done)}`);
    };
    const report = await run({
      scorer: scorerOf(reranker, depth, k),
      info,
      signal: stop.signal,
      finished,
      onQuery,
    });
    await reranker.dispose();
    return report;
  } finally {
    process.off('SIGINT', onSignal);
    bar.clear();
  }
}

/** What makes one set of weights differ from another. A revision may be a branch or missing: sizes tell more. */
function modelKey({ model, revision = '', dtype, maxLength, files }: RerankerInfo): ResultsKey {
  const sizes = files.map(({ file, bytes }) => `${file} ${bytes}`).sort(); // files come in in any order
  return { model, revision, dtype: dtype ?? '', maxLength: maxLength ?? 0, files: sizes.join(', ') };
}

/** Names a model for people: "minilm-l6-rerank-en 2cda0d4f124b, q8 on wasm, 2 threads". */
export function describeModel({ model, revision, dtype, device, threads }: RerankerInfo): string {
  const version = revision === undefined ? '' : ` ${revision.slice(0, 12)}`;
  return `${model}${version}, ${dtype} on ${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

function stopped({ done, total }: { done: number; total: number }, path: string | undefined): DOMException {
  const kept =
    path === undefined
      ? 'Nothing was kept: --resume FILE keeps what is done.'
      : `The same command goes on from ${path}.`;
  return new DOMException(`Stopped after ${done} of ${total} queries. ${kept}`, 'AbortError');
}

/** Estimates the time left from this session's own queries. */
class TimeLeft {
  readonly #started = performance.now();
  #count = 0;

  /** Counts a query. */
  add(): void {
    this.#count += 1;
  }

  /** As ", 2 min 05 s left"; empty before the first query. */
  left(queries: number): string {
    if (this.#count === 0) return '';
    const seconds = Math.round((((performance.now() - this.#started) / this.#count) * queries) / 1000);
    const minutes = Math.floor(seconds / 60);
    const rest = String(seconds % 60);
    return `, ${minutes > 0 ? `${minutes} min ${rest.padStart(2, '0')}` : rest} s left`;
  }
}
