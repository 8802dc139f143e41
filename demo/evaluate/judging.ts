import { createReranker, type Reranker, type RerankerOptions, type LoadProgress } from '../../src/index.js';
import {
  blendReport,
  reportData,
  RerankingEvaluator,
  type QueryResult,
  type ReportData,
} from '../../src/evaluation/index.js';
import type { Collection } from './collection.js';

/** What an evaluation depends on. */
export interface JudgingSettings {
  /** As `createReranker` takes it. */
  readonly model: string;
  /** Where to run. */
  readonly device: NonNullable<RerankerOptions['device']>;
  /** One of the collection's runs. */
  readonly run: string;
  /** Candidates to re-rank for each query. */
  readonly topK: number;
  /** Cut-off rank of the measures. */
  readonly k: number;
}

/** Those who watch. */
export interface JudgingEvents {
  /** The model comes in. */
  onLoad(progress: LoadProgress): void;
  /** The model is there. */
  onReady(reranker: Reranker): void;
  /** A query is done; `millisecondsLeft` is undefined before the first of this session. */
  onQuery(progress: { done: number; total: number; millisecondsLeft: number | undefined }): void;
}

/** One evaluation that can be stopped and taken up again. Results are kept until the settings or the data change. */
export class Judging {
  #results: QueryResult[] = [];
  #settings: JudgingSettings | undefined;
  #reranker: Reranker | undefined;
  /** What the reranker was opened with. */
  #opened = '';
  #report: (() => ReportData) | undefined;
  #finished = false;

  /** @param collection - what to judge by. */
  constructor(readonly collection: Collection) {}

  /** How many queries are done and would be taken up again with these settings; 0 after the last query. */
  resumable(settings: JudgingSettings): number {
    return !this.#finished && this.#settings && same(this.#settings, settings) ? this.#results.length : 0;
  }

  /** Whether every query is done. */
  get finished(): boolean {
    return this.#finished;
  }

  /** The report so far; undefined before the first query. */
  get report(): ReportData | undefined {
    return this.#results.length > 0 ? this.#report?.() : undefined;
  }

  /** Frees the model. */
  async dispose(): Promise<void> {
    await this.#reranker?.dispose();
    this.#reranker = undefined;
  }

  /**
   * Judges all queries that are not done yet with these settings.
   * @throws RerankError from the data, the model or the scoring; the signal's reason when it is aborted.
   */
  async run(settings: JudgingSettings, signal: AbortSignal, events: JudgingEvents): Promise<void> {
    if (this.resumable(settings) === 0) this.#results = [];
    this.#settings = settings;
    this.#finished = false;
    const data = await this.collection.load(settings.run, settings.topK, signal);
    const evaluator = new RerankingEvaluator(data, { topK: settings.topK, k: settings.k });
    const reranker = await this.#open(settings, signal, events);
    const about = this.#about(settings, reranker);
    const blend = () => blendReport(data, this.#results, evaluator.metrics[0] ?? 'map');
    this.#report = () => ({
      ...reportData(this.#results, evaluator.metrics, data.queries, about, evaluator.warnings),
      // Of half the queries no weight should be taken.
      ...(this.#finished && { blend: blend() }),
    });
    const finished = [...this.#results]; // the first queries: they come back first and unchanged
    const total = evaluator.queryIds.length;
    const started = performance.now();
    let done = 0;
    for await (const result of evaluator.evaluate(reranker, { signal, finished })) {
      done += 1;
      const fresh = done - finished.length;
      if (fresh > 0) this.#results.push(result);
      const perQuery = (performance.now() - started) / fresh;
      const millisecondsLeft = fresh > 0 ? perQuery * (total - done) : undefined;
      if (fresh >= 0) events.onQuery({ done, total, millisecondsLeft });
    }
    this.#finished = true;
  }

  /** The model of the session before, where it is the same. */
  async #open(
    { model, device }: JudgingSettings,
    signal: AbortSignal,
    events: JudgingEvents,
  ): Promise<Reranker> {
    const choice = `${device} ${model}`;
    if (!this.#reranker || this.#opened !== choice) {
      await this.dispose();
      const onProgress = (progress: LoadProgress) => events.onLoad(progress);
      this.#reranker = await createReranker({ model, device, signal, onProgress });
      this.#opened = choice;
    }
    events.onReady(this.#reranker);
    return this.#reranker;
  }

  #about({ run, topK }: JudgingSettings, { info }: Reranker): Record<string, string> {
    const revision = info.revision === undefined ? '' : ` ${info.revision.slice(0, 12)}`;
    const first = this.collection.runs.find(({ value }) => value === run)?.label ?? run;
    return {
      model: `${info.model}${revision}, ${info.dtype} on ${info.device}`,
      data: this.collection.name,
      before: `${first}, first ${topK}`,
    };
  }
}

const same = (a: JudgingSettings, b: JudgingSettings): boolean =>
  a.model === b.model && a.device === b.device && a.run === b.run && a.topK === b.topK && a.k === b.k;
