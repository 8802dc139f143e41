import { withAssets } from './assets.js';
import { ASYNC_DISPOSE } from './async-dispose.js';
import { addCost, noCost, type Pool } from './bridge/pool.js';
import { SerialQueue, unlessAborted } from './bridge/queue.js';
import { descend } from './descent.js';
import { isAbort, RerankError, throwIfAborted, type RerankErrorCode } from './errors.js';
import {
  checkQuery,
  readDocuments,
  readPairs,
  readPredictOptions,
  readRankOptions,
  readRerankerOptions,
} from './input.js';
import type { Environment } from './environment.js';
import { loadOrFallBack } from './fallback.js';
import { isBackendFault, type Loading } from './loading.js';
import { knownActivation } from './model/default-activation.js';
import { choosePrompt } from './model/prompts.js';
import type { ScoreRequest } from './protocol.js';
import { readPrior } from './ranking/prior.js';
import { keepBatch, noScores, toRanking, type Arrangement, type Scores } from './ranking/scores.js';
import type {
  Pair,
  PredictOptions,
  RankedDocument,
  RankOptions,
  Reranker,
  RerankerInfo,
  RerankerOptions,
} from './types.js';

/**
 * `createReranker` in an environment of the caller's; the page, the terminal and the script tag all come in here.
 * @param options - as the caller gave them, unchecked
 * @param defaults - taken where he gave none
 */
export function createRerankerIn(
  environment: Environment,
  options: RerankerOptions,
  defaults: RerankerOptions = {},
): Promise<Reranker> {
  return new Promise((resolve) => {
    const filled = (each: RerankerOptions) =>
      environment.ownFiles ? each : withAssets(each, () => environment.baseUrl);
    const read = { ...filled(defaults), ...filled(readRerankerOptions(options)) };
    const loaded = loadOrFallBack(environment, read, open);
    resolve(read.signal ? unlessAborted(loaded, read.signal) : loaded);
  });
}

async function open(loading: Loading, options: RerankerOptions): Promise<Reranker> {
  const { signal, onProgress, idleTimeout = Infinity } = options;
  throwIfAborted(signal);
  const { pool, info } = await loading.open(signal);
  try {
    throwIfAborted(signal);
    onProgress?.({ status: 'ready', info: structuredClone(info) });
    throwIfAborted(signal);
  } catch (error) {
    pool.close(new RerankError('disposed', 'Loading was ended.'));
    throw error;
  }
  return new PooledReranker(loading, pool, info, idleTimeout);
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
  /** Ends the call: the caller's own, the reranker's disposal, or a callback that threw. */
  signal: AbortSignal;
}

/** What passages of the caller's may cause: too much memory or time for a batch. */
const INPUT_FAULTS: readonly RerankErrorCode[] = ['run-failed', 'worker-failed', 'timeout'];

const TOO_MUCH =
  'It failed twice, the second time in fresh workers that had passed their self-check, so these passages are more than ' +
  'this device can take: lower maxLength or batchTokens, or shorten them.';

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
    private readonly idleTimeout: number,
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
    const { signal, onStats, prompt, promptName, ...course } = readPredictOptions(options);
    const prompted = this.#prompted(readPairs(pairs), { prompt, promptName });
    return (await this.#score(prompted, { signal, onStats }, course)).logits;
  }

  async rank<D>(
    query: string,
    documents: readonly D[],
    options: RankOptions<D> = {},
  ): Promise<RankedDocument<D>[]> {
    this.#throwIfDisposed();
    checkQuery(query);
    const { signal, onStats, onPartial, text, depth, topK, prior, keepFirst, minScore, ...rest } =
      readRankOptions(options);
    const read = readDocuments(documents, text);
    const { activation = knownActivation(this.loading.activation), prompt, promptName, ...course } = rest;
    const order: Arrangement = {
      activation,
      topK,
      prior: prior && readPrior(prior, read.length),
      keepFirst,
      minScore,
    };
    const ranking = (scores: Scores) => toRanking(scores, read, order);
    const plain = read.map(({ text }): Pair => [query, text]);
    const pairs = this.#prompted(plain, { prompt, promptName });
    const scores = await this.#score(
      pairs,
      { signal, onStats },
      {
        ...course,
        best: depth === 'adaptive' && !prior && !keepFirst ? topK : undefined, // early heads know nothing of either
        onBatch: (soFar, scored) => onPartial?.(ranking(soFar), { scored, total: pairs.length }),
      },
    );
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

  [ASYNC_DISPOSE](): Promise<void> {
    return this.dispose();
  }

  /** A prompt stands in front of each pair's first text, the query, and nowhere else. */
  #prompted(pairs: readonly Pair[], choice: Pick<PredictOptions, 'prompt' | 'promptName'>): readonly Pair[] {
    const prompt = choosePrompt(this.loading.prompts, choice);
    return prompt === '' ? pairs : pairs.map(([query, passage]): Pair => [prompt + query, passage]);
  }

  async #score(
    pairs: readonly Pair[],
    { signal, onStats }: Pick<PredictOptions, 'signal' | 'onStats'>,
    { onBatch, ...course }: Course,
  ): Promise<Scores> {
    const started = performance.now();
    const stop = new AbortController();
    const signals = [this.#disposal.signal, stop.signal, ...(signal ? [signal] : [])];
    let thrown: { error: unknown } | undefined;
    const guarded: Course['onBatch'] = (...batch) => {
      try {
        onBatch?.(...batch);
      } catch (error) {
        // The caller's own fault, whatever it is: it ends the call, and no backend is to blame.
        thrown ??= { error };
        stop.abort();
      }
    };
    const call = { pairs, course: { ...course, onBatch: guarded }, signal: AbortSignal.any(signals) };
    try {
      const { scores, cost } = await this.#inTurn(() => {
        const { cuts = [] } = this.loading.stages ?? {};
        return descend(pairs.length, cuts, course.best ?? Infinity, (...part) =>
          this.#scoreAt(call, ...part),
        );
      }, call.signal);
      onStats?.({ pairs: pairs.length, ...cost, totalMs: performance.now() - started });
      return scores;
    } catch (error) {
      throw thrown ? thrown.error : error;
    }
  }

  /** Scores some of the pairs, at a cut or in full, and starts over with what is left when a backend breaks. */
  async #scoreAt({ pairs, course, signal }: Call, members: readonly number[], cut?: number) {
    const scores = noScores(pairs.length);
    const cost = noCost();
    const { overflow, windowOverlap, onBatch } = course;
    for (let repeated = false, decided = pairs.length - members.length; ;) {
      const left = members.filter((index) => Number.isNaN(scores.logits[index]));
      if (left.length === 0) return { scores, cost };
      try {
        const pool = await this.#openPool();
        throwIfAborted(signal);
        const report = await pool.score(
          left.map((index): Pair => pairs[index] ?? ['', '']),
          { overflow, windowOverlap, cut },
          (batch) => {
            keepBatch(scores, left, batch);
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
    if (this.idleTimeout === Infinity || this.#disposal.signal.aborted) return;
    this.#idleTimer = setTimeout(() => {
      if (!this.#pool) return;
      this.#pool.close(new RerankError('worker-failed', 'The worker was ended: no call for idleTimeout.'));
      this.#pool = undefined;
      this.loading.rest();
    }, this.idleTimeout);
  }

  /** Goes on also when the call that asked for it is cancelled: the next one needs it too. */
  async #openPool(): Promise<Pool> {
    if (this.#pool) return this.#pool;
    const { pool, info } = await this.loading.open(this.#disposal.signal);
    if (this.#disposal.signal.aborted) pool.close(disposed());
    this.#throwIfDisposed();
    this.#pool = pool;
    this.#info = info;
    return pool;
  }

  /**
   * Makes the next try possible, or throws. A lost GPU is given up; anything else may have been an accident, so the
   * same backend gets one more try in fresh workers. When it fails there too, right after its self-check, these passages are
   * more than it can take: a GPU may leave them to WASM, but other weights on the same device would do no better.
   */
  #recover(error: unknown, repeated: boolean, signal: AbortSignal): void {
    if (isAbort(error, signal) || !isBackendFault(error)) throw error;
    if (!this.#pool) {
      this.loading.giveUp(error.message); // nothing opened, whatever was tried: the next call begins anew
      throw error;
    }
    this.#pool.close(error);
    this.#pool = undefined;
    if (error.code !== 'device-lost' && !repeated) {
      this.loading.repeat(error.message);
    } else if (this.#info.device === 'wasm' && INPUT_FAULTS.includes(error.code)) {
      this.loading.repeat(error.message);
      throw new RerankError(error.code, `${error.message} ${TOO_MUCH}`, { cause: error });
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
