import { describe, expect, it } from 'vitest';
import { RerankError } from '../errors.js';
import type { OpenRequest, ScoreRequest } from '../protocol.js';
import type { Pair } from '../types.js';
import type { Connection } from './connection.js';
import { Pool } from './pool.js';

// Connections of our own, for faults and timings that a real worker cannot be made to show; the real ones are in e2e/.

const REQUEST = {} as OpenRequest; // never read by these connections
const RUNTIME = { threads: 1, wasmUrl: undefined };
const options = { overflow: 'truncate', windowOverlap: 0 } as const;
const pairs = Array.from({ length: 50 }, (_, index): Pair => ['q', 'x'.repeat(index + 1)]);

class FakeConnection implements Connection {
  readonly served: ScoreRequest[] = [];
  readonly cancelled: number[] = [];
  closed: Error | undefined;
  load = () => Promise.resolve();
  prepare = () => Promise.resolve();
  open = () => Promise.resolve({ threads: 1, checkError: undefined });
  constructor(private readonly onScore: (request: ScoreRequest) => Promise<void> = () => Promise.resolve()) {}
  async score(request: ScoreRequest, onBatch: Parameters<Connection['score']>[1]) {
    this.served.push(request);
    await this.onScore(request);
    const logits = request.pairs.map(([, passage]) => passage.length);
    onBatch({ indices: [...logits.keys()], logits, windows: logits.map(() => undefined) });
    return { rows: logits.length, tokens: 1, batches: 1, kept: 0, tokenizeMs: 1, runMs: 2 };
  }
  cancel(id: number) {
    this.cancelled.push(id);
  }
  close(reason: Error) {
    this.closed = reason;
  }
}

async function openPool(connections: FakeConnection[]): Promise<Pool> {
  const left = [...connections];
  return Pool.open(
    () => left.shift() ?? new FakeConnection(),
    RUNTIME,
    Promise.resolve(REQUEST),
    connections.length,
  );
}

describe('Pool', () => {
  it('deals every pair once and reports positions in the input', async () => {
    const connections = [new FakeConnection(), new FakeConnection()];
    const pool = await openPool(connections);
    const scores: number[] = [];
    const report = await pool.score(pairs, options, ({ indices, logits }) =>
      indices.forEach((index, place) => (scores[index] = logits[place] ?? 0)),
    );
    expect(scores).toEqual(pairs.map(([, passage]) => passage.length));
    expect(connections.every(({ served }) => served.length > 1)).toBe(true);
    expect(report).toMatchObject({ rows: 50, batches: connections.flatMap(({ served }) => served).length });
  });

  it('gives passages of like length to the same chunk, longest first', async () => {
    const connection = new FakeConnection();
    await (await openPool([connection, new FakeConnection()])).score(pairs, options, () => undefined);
    const lengths = connection.served[0]?.pairs.map(([, passage]) => passage.length) ?? [];
    expect(lengths[0]).toBe(50);
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
  });

  it('cancels running requests and rejects once all workers have stopped', async () => {
    const controller = new AbortController();
    const slow = new FakeConnection(() => new Promise((resolve) => setTimeout(resolve, 30)));
    const pool = await openPool([slow]);
    const scored = pool.score(pairs, options, () => undefined, controller.signal);
    controller.abort();
    await expect(scored).rejects.toMatchObject({ name: 'AbortError' });
    expect(slow.cancelled).toHaveLength(1);
    expect(slow.served).toHaveLength(1);
  });

  it('passes on the first failure, and no chunk is begun after it', async () => {
    const failing = new FakeConnection(() => Promise.reject(new RerankError('device-lost', 'gone')));
    const pool = await openPool([failing]);
    await expect(pool.score(pairs, options, () => undefined)).rejects.toMatchObject({ code: 'device-lost' });
    expect(failing.served).toHaveLength(1);
  });

  it("passes on what the caller's callback throws", async () => {
    const pool = await openPool([new FakeConnection()]);
    await expect(
      pool.score(pairs, options, () => {
        throw new TypeError('mine');
      }),
    ).rejects.toThrow('mine');
  });

  it('ends every worker when one cannot open', async () => {
    const good = new FakeConnection();
    const bad = new FakeConnection();
    bad.open = () => Promise.reject(new RerankError('self-check-failed', 'wrong'));
    await expect(openPool([good, bad])).rejects.toMatchObject({ code: 'self-check-failed' });
    expect(good.closed).toMatchObject({ code: 'self-check-failed' });
    expect(bad.closed).toMatchObject({ code: 'self-check-failed' });
  });

  it('prepares the workers before the model is there, and one takes the weights over', async () => {
    const connections = [new FakeConnection(), new FakeConnection()];
    const handed: boolean[] = [];
    let prepared = 0;
    for (const connection of connections) {
      connection.prepare = () => Promise.resolve(void prepared++);
      connection.open = (_request?: OpenRequest, handOver = false) => {
        handed.push(handOver);
        return Promise.resolve({ threads: 1, checkError: undefined });
      };
    }
    const model = new Promise<OpenRequest>((resolve) =>
      setTimeout(() => {
        expect(prepared).toBe(2);
        expect(handed).toEqual([]);
        resolve(REQUEST);
      }, 10),
    );
    const left = [...connections];
    await Pool.open(() => left.shift() ?? new FakeConnection(), RUNTIME, model, 2);
    expect(handed).toEqual([false, true]);
  });

  it("ends workers that are still starting when the model's files fail, or the caller gives up", async () => {
    const starting = () => {
      const connection = new FakeConnection();
      connection.prepare = () => new Promise((_, reject) => (connection.close = (reason) => reject(reason)));
      return connection;
    };
    const broken = Promise.reject(new RerankError('integrity', 'not the file'));
    await expect(Pool.open(starting, RUNTIME, broken, 2)).rejects.toMatchObject({ code: 'integrity' });
    const never = new Promise<OpenRequest>(() => undefined);
    const gaveUp = Pool.open(starting, RUNTIME, never, 2, AbortSignal.timeout(5));
    await expect(gaveUp).rejects.toMatchObject({ name: 'AbortError', cause: { name: 'TimeoutError' } });
  });
});

describe('a pool whose workers keep passages', () => {
  const keeping = { stages: { layers: 2, cuts: [] }, keptBytes: 1 } as unknown as OpenRequest; // all that the pool reads
  const hundred = Array.from({ length: 100 }, (_, index): Pair => [
    'q',
    `passage ${index} ${'x'.repeat(index)}`,
  ]);
  const open = (connections: FakeConnection[]) => {
    const left = [...connections];
    return Pool.open(() => left.shift()!, RUNTIME, Promise.resolve(keeping), connections.length);
  };
  const wait = (milliseconds: number) => () =>
    new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  const servedBy = (connection: FakeConnection) =>
    connection.served.flatMap(({ pairs }) => pairs.map(([, passage]) => passage));

  it('sends a passage to the worker that has scored it before, and uses them all', async () => {
    const connections = [new FakeConnection(wait(1)), new FakeConnection(wait(1))];
    const pool = await open(connections);
    await pool.score(hundred, options, () => undefined);
    const owned = connections.map((connection) => new Set(servedBy(connection)));
    for (const connection of connections) connection.served.length = 0;
    const another = hundred.map(([, passage]): Pair => ['another query', passage]);
    await pool.score(another, options, () => undefined);
    connections.forEach((connection, worker) => {
      const served = servedBy(connection);
      expect(served.length).toBeGreaterThan(30);
      expect(served.filter((passage) => !owned[worker]!.has(passage)).length).toBeLessThanOrEqual(13); // a chunk at most
    });
    expect(connections.flatMap(servedBy).sort()).toEqual(hundred.map(([, passage]) => passage).sort());
  });

  it('deals new passages to whoever is free', async () => {
    const connections = [new FakeConnection(wait(1)), new FakeConnection(wait(1))];
    const pool = await open(connections);
    await pool.score(hundred.slice(0, 8), options, () => undefined); // one chunk, one owner
    const [owner, other] = connections[0]!.served.length > 0 ? connections : [...connections].reverse();
    await pool.score(hundred, options, () => undefined);
    const first = new Set(hundred.slice(0, 8).map(([, passage]) => passage));
    expect(servedBy(owner!).filter((passage) => first.has(passage))).toHaveLength(16);
    expect(servedBy(other!).length).toBeGreaterThan(30);
  });

  it('lets an idle worker help one that is far behind', async () => {
    const slow = new FakeConnection(wait(40));
    let hangs = true; // busy for good: the first call is all the slow one's
    const quick = new FakeConnection(() => (hangs ? new Promise(() => undefined) : Promise.resolve()));
    const pool = await open([slow, quick]);
    void pool.score(hundred, options, () => undefined);
    await expect.poll(() => slow.served.length, { timeout: 5_000 }).toBe(7); // of 8 chunks: one hangs
    await new Promise((resolve) => setTimeout(resolve, 60));
    hangs = false;
    quick.served.length = 0;
    await pool.score(hundred, options, () => undefined);
    expect(quick.served.length).toBeGreaterThan(1); // the chunk that nobody owns, and some of the slow one's
    expect(slow.served.length).toBeLessThan(7 + 7);
  });
});
