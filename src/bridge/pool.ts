import { abortError, throwIfAborted } from '../errors.js';
import type { BatchReport, OpenRequest, PrepareRequest, ScoreReport, ScoreRequest } from '../protocol.js';
import type { Pair } from '../types.js';
import type { Connection } from './connection.js';
import { Deal } from './deal.js';
import { Owners } from './owners.js';

/** Workers that run the same model and share the pairs of a call. One call at a time. */
export class Pool {
  #nextId = 0;
  readonly #owners = new Owners();

  private constructor(
    private readonly connections: readonly Connection[],
    /** Threads in each worker. */
    readonly threads: number,
    /** Workers keep passages' states, so each passage is best scored where it was before. */
    private readonly keeps: boolean,
  ) {}

  /** Workers in the pool. */
  get size(): number {
    return this.connections.length;
  }

  /**
   * Starts the workers and their runtimes while the model comes in, then opens it in each. When anything fails or
   * `signal` is aborted, all are ended before this rejects.
   *
   * @param model - comes in meanwhile; the last worker to open it takes the weights over
   * @throws the first failure, the model's own included; an `AbortError`
   */
  static async open(
    connect: () => Connection,
    runtime: PrepareRequest,
    model: Promise<OpenRequest>,
    workers: number,
    signal?: AbortSignal,
  ): Promise<Pool> {
    const connections: Connection[] = [];
    const end = (reason: Error) => connections.forEach((connection) => connection.close(reason));
    const cancel = () => signal && end(abortError(signal));
    let waiting = workers;
    const open = async (connection: Connection) => {
      await connection.prepare(runtime);
      const request = await model;
      return connection.open(request, --waiting === 0);
    };
    try {
      while (connections.length < workers) connections.push(connect());
      signal?.addEventListener('abort', cancel);
      if (signal?.aborted) cancel();
      const [{ stages, keptBytes }, ...reports] = await Promise.all([model, ...connections.map(open)]);
      return new Pool(connections, reports[0]?.threads ?? 1, stages !== undefined && keptBytes > 0);
    } catch (error) {
      end(error as Error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /**
   * Scores pairs over all workers; each takes the next chunk when it is done with one (see {@link Deal}).
   *
   * @param onBatch - told which positions of `pairs` a batch completed
   * @throws an `AbortError` as soon as `signal` is aborted; else the first failure, once every worker has stopped
   */
  async score(
    pairs: readonly Pair[],
    options: Omit<ScoreRequest, 'id' | 'pairs'>,
    onBatch: (report: BatchReport) => void,
    signal?: AbortSignal,
  ): Promise<ScoreReport> {
    throwIfAborted(signal);
    const deal = new Deal(pairs, this.size, (passage) => (this.keeps ? this.#owners.of(passage) : undefined));
    const total = noCost();
    const active = new Map<number, Connection>();
    let stopped: { error: unknown } | undefined;
    const stop = (error: unknown) => {
      stopped ??= { error };
      for (const [id, connection] of active) connection.cancel(id);
    };
    const onAbort = () => signal && stop(abortError(signal));
    signal?.addEventListener('abort', onAbort);

    const serve = async (connection: Connection, worker: number) => {
      for (let chunk = deal.next(worker); chunk && !stopped; chunk = deal.next(worker)) {
        const members = chunk; // TypeScript forgets that a loop variable is set inside callbacks
        const id = this.#nextId++;
        active.set(id, connection);
        try {
          const request = { id, ...options, pairs: members.map(({ pair }) => pair) };
          const report = await connection.score(request, (batch) => {
            if (stopped) return;
            try {
              onBatch({ ...batch, indices: batch.indices.map((place) => members[place]?.index ?? place) });
            } catch (error) {
              stop(error); // thrown by the caller's own callback
            }
          });
          addCost(total, report);
          if (this.keeps) for (const { pair } of members) this.#owners.set(pair[1], worker);
        } catch (error) {
          stop(error);
        } finally {
          active.delete(id);
        }
      }
    };
    await Promise.all(this.connections.map(serve));
    signal?.removeEventListener('abort', onAbort);
    if (stopped) throw stopped.error;
    return total;
  }

  /** Ends every worker; what is pending rejects with `reason`. */
  close(reason: Error): void {
    for (const connection of this.connections) connection.close(reason);
  }
}

/** The cost of doing nothing, to add to. */
export function noCost(): ScoreReport {
  return { rows: 0, tokens: 0, batches: 0, kept: 0, tokenizeMs: 0, runMs: 0 };
}

/** Adds one report to a running total. */
export function addCost(total: ScoreReport, report: ScoreReport): void {
  for (const key of Object.keys(total) as (keyof ScoreReport)[]) total[key] += report[key];
}
