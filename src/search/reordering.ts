import { isAbort, RerankError, throwIfAborted } from '../errors.js';
import { fail } from '../kinds.js';
import type { Reranker } from '../types.js';
import { arrange } from './arrange.js';
import { textsOf } from './hit-text.js';
import { SOURCE, type ReorderOptions } from './options.js';
import { withPatience } from './patience.js';
import { Problems } from './problems.js';
import { resolveReranker, type RerankerSource } from './reranker-source.js';

const CANDIDATES = 50;
const PATIENCE = 10_000;

/** What a call may add. */
export interface OrderCall<Hit> {
  /** Ends the call with an `AbortError`. */
  signal?: AbortSignal | undefined;
  /** Told when the reranker is ready and ranking begins. */
  onReady?: (() => void) | undefined;
  /** Told the order so far, after each batch. */
  onPartial?: ((results: Hit[]) => void) | undefined;
}

/** The reranker could not be loaded; this was told already. */
class NotLoaded extends Error {}

/**
 * Puts the results of a search into a new order, and leaves them in theirs where the reranker fails, is slow or rests after a failure.
 * Everything that searches in this package goes through here.
 */
export class Reordering<Hit> {
  readonly #problems: Problems;
  #resolve: () => Promise<Reranker>;
  #loading: Promise<Reranker> | undefined;
  #newest: AbortController | undefined;
  #running: Promise<void> | undefined;

  /**
   * @param options - as they were read
   * @param latestOnly - a call ends the one before it, and no two rankings run at the same time
   */
  constructor(
    private readonly source: RerankerSource,
    private readonly options: ReorderOptions<Hit>,
    private readonly latestOnly: boolean,
  ) {
    if (!SOURCE.is(source)) fail('reranker', source, SOURCE.expected);
    this.#resolve = resolveReranker(source);
    this.#problems = new Problems(options.onProblem);
  }

  /** Why the keyword order stayed the last time, if it did. */
  get problem(): RerankError | undefined {
    return this.#problems.last;
  }

  /** Begins to load the reranker. Never throws; a failure is told as a problem. */
  prepare(): void {
    if (!this.#problems.resting) this.#load().catch(() => undefined);
  }

  /**
   * The results in their new order.
   * @returns undefined where the keyword order stays
   * @throws an `AbortError` where the call was ended
   */
  async order(query: string, results: readonly Hit[], call: OrderCall<Hit> = {}): Promise<Hit[] | undefined> {
    const stop = new AbortController();
    if (this.latestOnly) this.#newest?.abort();
    this.#newest = stop;
    if (this.#problems.resting || query.trim() === '') return undefined;
    const signal = call.signal ? AbortSignal.any([stop.signal, call.signal]) : stop.signal;
    const { patience = PATIENCE } = this.options;
    let ranks = false;
    let slow: RerankError | undefined;
    const onReady = () => {
      ranks = true;
      call.onReady?.();
    };
    try {
      const run = (inner: AbortSignal) => this.#rank(query, results, { ...call, signal: inner, onReady });
      const ordered = await withPatience(patience, signal, run, () => (slow = tooSlow(patience, ranks)));
      if (ranks) this.#problems.clear();
      return ordered;
    } catch (error) {
      throwIfAborted(signal);
      if (slow && !ranks) this.#problems.late(slow);
      else if (!(error instanceof NotLoaded)) this.#failed(error);
      return undefined;
    }
  }

  /** The results in their new order, or as they came where the order stays or a newer call has ended this one. */
  async orderOrKeep(query: string, results: readonly Hit[]): Promise<Hit[]> {
    try {
      return (await this.order(query, results)) ?? results.slice(0, this.options.topK);
    } catch (error) {
      if (isAbort(error)) return results.slice(0, this.options.topK); // nobody looks at these any more
      throw error;
    }
  }

  async #rank(query: string, results: readonly Hit[], call: OrderCall<Hit>): Promise<Hit[]> {
    const { candidates: most = CANDIDATES, topK, rank: given = {}, text } = this.options;
    const { signal, onReady, onPartial } = call;
    const candidates = results.slice(0, most);
    const options = typeof given === 'function' ? given(query, candidates) : given;
    const only = options.minScore !== undefined;
    if (candidates.length < 2 && !only) return results.slice(0, topK); // there is nothing to order
    const [reranker, texts] = await Promise.all([this.#load(), textsOf(candidates, text)]);
    while (this.latestOnly && this.#running) await this.#running;
    throwIfAborted(signal);
    onReady?.();
    const ranking = reranker.rank(query, texts, {
      ...options,
      topK,
      signal,
      onPartial:
        onPartial &&
        ((soFar) => {
          if (!signal?.aborted) onPartial(arrange(results, soFar, { topK }));
        }),
    });
    const over = () => {
      this.#running = undefined;
    };
    this.#running = ranking.then(over, over);
    return arrange(results, await ranking, { only, topK });
  }

  #load(): Promise<Reranker> {
    this.#loading ??= this.#resolve().catch((error: unknown) => {
      this.#failed(error);
      throw new NotLoaded();
    });
    return this.#loading;
  }

  #failed(error: unknown): void {
    this.#problems.failed(error);
    this.#loading = undefined;
    // A function makes a new reranker in place of one that was disposed.
    if (this.problem?.code === 'disposed') this.#resolve = resolveReranker(this.source);
  }
}

function tooSlow(patience: number, ranks: boolean): RerankError {
  const what = ranks ? 'The ranking was not done' : 'The reranker was not ready';
  return new RerankError('timeout', `${what} after ${patience} ms (the option patience).`);
}
