import { addCost, noCost, type Pool } from './bridge/pool.js';
import { SerialQueue } from './bridge/queue.js';
import { isAbort, RerankError } from './errors.js';
import {
  checkIdleTimeout,
  checkMaxLength,
  checkPairs,
  readDocuments,
  resolvePredictOptions,
  resolveRankOptions,
} from './input.js';
import type { Environment } from './environment.js';
import { isBackendFault, Loading } from './loading.js';
import type { BatchReport, ScoreReport, ScoreRequest } from './protocol.js';
import { activate } from './ranking/activation.js';
import { orderByScore } from './ranking/order.js';
import { survivors } from './ranking/survivors.js';
import type {
  Activation,
  CharacterRange,
  Pair,
  PredictOptions,
  RankDocument,
  RankedDocument,
  RankOptions,
  Reranker,
  RerankerInfo,
  RerankerOptions,
  ScoreStats,
} from './types.js';

/** `createReranker` in an environment of the caller's; the page, the terminal and the script tag all come in here. */
export async function createRerankerIn(
  environment: Environment,
  options: RerankerOptions,
): Promise<Reranker> {
  options.signal?.throwIfAborted();
  checkIdleTimeout(options.idleTimeout);
  checkMaxLength(options.maxLength);
  const loading = await Loading.begin(environment, options);
  const { pool, info } = await loading.open(options.signal);
  options.onProgress?.({ status: 'ready', info: structuredClone(info) });
  return new PooledReranker(loading, pool, info, options.idleTimeout);
}

/** Scores so far, in the order of the input. */
interface Scores {
  logits: Float32Array;
  windows: (CharacterRange | undefined)[];
}

/** How a call goes through the model. */
interface Course extends Omit<ScoreRequest, 'id' | 'pairs' | 'cut'> {
  /** Only passages that may be among so many best are scored in full; undefined: all. */
  best?: number | undefined;
  /** Told after each batch of full scores how many pairs are decided. */
  onBatch?: (scores: Scores, decided: number) => void;
}

/** A call that is under way. */
interface Call {
  pairs: readonly Pair[];
  course: Course;
  signal: AbortSignal;
}

class PooledReranker implements Reranker {
  readonly #queue = new SerialQueue();
  readonly #disposal = new AbortController();
  #pool: Pool | undefined;
  #info: RerankerInfo;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly loading: Loading,
    pool: Pool,
    info: RerankerInfo,
    private readonly idleTimeout: number | undefined,
  ) {
    this.#pool = pool;
    this.#info = info;
    this.#becomeIdle();
  }

  get info(): RerankerInfo {
    return structuredClone(this.#info);
  }

  async predict(pairs: readonly Pair[], options: PredictOptions = {}): Promise<Float32Array> {
    this.#throwIfDisposed();
    checkPairs(pairs);
    return (await this.#score(pairs, options, resolvePredictOptions(options))).logits;
  }

  async rank<D extends RankDocument>(
    query: string,
    documents: readonly D[],
    options: RankOptions<D> = {},
  ): Promise<RankedDocument<D>[]> {
    this.#throwIfDisposed();
    const passages = readDocuments(query, documents);
    const { topK, activation, depth } = resolveRankOptions(options, this.loading.activation);
    const ranking = (scores: Scores) => toRanking(scores, documents, activation, topK);
    const pairs = passages.map((passage): Pair => [query, passage]);
    const scores = await this.#score(pairs, options, {
      ...resolvePredictOptions(options),
      best: depth === 'adaptive' ? topK : undefined,
      onBatch: (soFar, scored) => options.onPartial?.(ranking(soFar), { scored, total: pairs.length }),
    });
    return ranking(scores);
  }

  dispose(): Promise<void> {
    if (!this.#disposal.signal.aborted) {
      clearTimeout(this.#idleTimer);
      this.#disposal.abort(disposed());
      this.#pool?.close(disposed());
      this.#pool = undefined;
    }
    return this.loading.written();
  }

  async #score(pairs: readonly Pair[], options: PredictOptions, course: Course): Promise<Scores> {
    const started = performance.now();
    const signal = options.signal
      ? AbortSignal.any([options.signal, this.#disposal.signal])
      : this.#disposal.signal;
    const { scores, cost } = await this.#inTurn(() => this.#descend({ pairs, course, signal }), signal);
    options.onStats?.({ pairs: pairs.length, ...cost, totalMs: performance.now() - started });
    return scores;
  }

  /** Cut by cut, each time with the passages that are still in the running, and at last through the whole model. */
  async #descend(call: Call): Promise<{ scores: Scores; cost: Omit<ScoreStats, 'pairs' | 'totalMs'> }> {
    const { cuts = [] } = this.loading.stages ?? {};
    const best = call.course.best ?? Number.POSITIVE_INFINITY;
    const costs: ScoreReport[] = [];
    let left = [...call.pairs.keys()];
    for (const [cut, { margin }] of cuts.entries()) {
      if (left.length <= best) break; // all of them go on
      const early = await this.#scoreAt(call, left, cut);
      costs.push(early.cost);
      left = survivors(early.scores.logits, best, margin);
    }
    const full = await this.#scoreAt(call, left);
    const stageRows = [...costs, ...Array<ScoreReport>(cuts.length + 1 - costs.length).fill(full.cost)];
    const total = noCost();
    for (const cost of [...costs, full.cost]) addCost(total, cost);
    // Later passes find what the first has kept: that saves nothing over a single pass.
    const { rows, kept } = costs[0] ?? full.cost;
    return {
      scores: full.scores,
      cost: { ...total, rows, kept, stageRows: stageRows.map((cost) => cost.rows) },
    };
  }

  /** Scores some of the pairs, at a cut or in full, and starts over with what is left when a backend breaks. */
  async #scoreAt({ pairs, course, signal }: Call, members: readonly number[], cut?: number) {
    const scores: Scores = {
      logits: new Float32Array(pairs.length).fill(Number.NaN),
      windows: Array.from({ length: pairs.length }, () => undefined),
    };
    const cost = noCost();
    const { overflow, windowOverlap, onBatch } = course;
    for (let repeated = false, decided = pairs.length - members.length; ;) {
      const left = members.filter((index) => Number.isNaN(scores.logits[index]));
      if (left.length === 0) return { scores, cost };
      try {
        const pool = await this.#openPool();
        const report = await pool.score(
          left.map((index): Pair => pairs[index] ?? ['', '']),
          { overflow, windowOverlap, cut },
          (batch) => {
            keep(scores, left, batch);
            decided += batch.indices.length;
            if (cut === undefined) onBatch?.(scores, decided);
          },
          signal,
        );
        addCost(cost, report);
      } catch (error) {
        this.#recover(error, repeated, signal);
        repeated = true;
      }
    }
  }

  /** One call at a time, so that the idle timer only ever ends workers that nobody waits for. */
  #inTurn<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#queue.run(() => {
      clearTimeout(this.#idleTimer);
      return call().finally(() => this.#becomeIdle());
    }, signal);
  }

  #becomeIdle(): void {
    if (this.idleTimeout === undefined || this.#disposal.signal.aborted) return;
    this.#idleTimer = setTimeout(() => {
      if (!this.#pool) return;
      this.#pool.close(new RerankError('worker-failed', 'The worker was ended: no call for idleTimeout.'));
      this.#pool = undefined;
      this.loading.rest();
    }, this.idleTimeout);
  }

  async #openPool(): Promise<Pool> {
    if (this.#pool) return this.#pool;
    const { pool, info } = await this.loading.open(this.#disposal.signal);
    this.#pool = pool;
    this.#info = info;
    return pool;
  }

  /**
   * Makes the next try possible, or throws. A lost GPU is given up; anything else may have been an accident, so the
   * same backend gets one more try in fresh workers before it is given up too.
   */
  #recover(error: unknown, repeated: boolean, signal: AbortSignal): void {
    if (isAbort(error, signal) || !isBackendFault(error)) throw error;
    this.#pool?.close(error);
    this.#pool = undefined;
    if (error.code !== 'device-lost' && !repeated) {
      this.loading.repeat(error.message);
    } else if (!this.loading.giveUp(error.message)) {
      throw error;
    }
  }

  #throwIfDisposed(): void {
    if (this.#disposal.signal.aborted) throw disposed();
  }
}

function disposed(): RerankError {
  return new RerankError('disposed', 'This reranker was disposed. Create another with createReranker().');
}

function keep(scores: Scores, left: readonly number[], batch: BatchReport): void {
  batch.indices.forEach((position, place) => {
    const index = left[position];
    if (index === undefined) return;
    scores.logits[index] = batch.logits[place] ?? Number.NaN;
    scores.windows[index] = batch.windows[place];
  });
}

function toRanking<D extends RankDocument>(
  { logits, windows }: Scores,
  documents: readonly D[],
  activation: Activation,
  topK: number | undefined,
): RankedDocument<D>[] {
  return orderByScore(logits, topK).flatMap((index) => {
    const document = documents[index];
    const window = windows[index];
    if (document === undefined) return [];
    return [
      {
        index,
        score: activate(logits[index] ?? Number.NaN, activation),
        document,
        ...(window && { window }),
      },
    ];
  });
}
