import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Connection } from './bridge/connection.js';
import { thisThread } from './testing/this-thread.js';
import type { Environment } from './environment.js';
import { RerankError } from './errors.js';
import { createRerankerIn } from './pooled-reranker.js';
import { fixture } from './testing/fixtures.js';
import type { Pair, RankOptions, Reranker, RerankerOptions } from './types.js';

vi.setConfig({ testTimeout: 60_000 });

const MODEL = fixture('tiny-bert/').href;
const query = 'bright river market';
const texts = Array.from(
  { length: 40 },
  (_, index) => `passage ${index} ${'of many words '.repeat(index % 7)}`,
);
const open = (options: RerankerOptions = {}, environment: Environment = thisThread()) =>
  createRerankerIn(environment, { model: MODEL, dtype: 'fp32', threads: 1, batchTokens: 64, ...options });

/** Node's environment with other connections, which counts them and lists the files that are read. */
function changed(change: (connection: Connection, started: number) => Partial<Connection>) {
  const node = thisThread();
  const read: string[] = [];
  let started = 0;
  const environment: Environment = {
    ...node,
    connect: (...request) => {
      const connection = node.connect(...request);
      return { ...connection, ...change(connection, started++) };
    },
    fetch: (url, init) => {
      read.push(new Request(url).url);
      return node.fetch(url, init);
    },
  };
  return { environment, read, started: () => started };
}

describe('a call', () => {
  let reranker: Reranker;
  beforeAll(async () => {
    reranker = await open();
  });
  afterAll(() => reranker.dispose());

  it('works on what it was given, whatever becomes of it', async () => {
    const documents = texts.map((text, id) => ({ text, id }));
    const given = [...documents];
    const expected = await reranker.rank(query, documents);
    const pairs: [string, string][] = texts.map((text) => [query, text]);
    const logits = await reranker.predict(pairs);

    const options: RankOptions<(typeof documents)[number]> = { topK: 5 };
    const waits = reranker.rank(query, documents);
    const ranking = reranker.rank(query, documents, options);
    const predicted = reranker.predict(pairs);
    documents.reverse();
    documents.push({ text: 'late', id: 99 });
    for (const document of documents) document.text = 'edited';
    documents.length = 0;
    for (const pair of pairs) pair.splice(0, 2, '', '');
    pairs.length = 1;
    options.topK = 1;
    expect((await waits).map(({ index, score }) => ({ index, score }))).toEqual(
      expected.map(({ index, score }) => ({ index, score })),
    );
    const best = await ranking;
    expect(best).toHaveLength(5);
    for (const { index, document } of best) expect(document).toBe(given[index]);
    expect(await predicted).toEqual(logits);
  });

  it.each([
    ['an error', new TypeError('mine')],
    ['an error that looks like ours', new RerankError('run-failed', 'mine')],
    ['an error that looks like a lost GPU', new RerankError('device-lost', 'mine')],
    ['nothing', undefined],
  ])('ends with what a callback throws: %s', async (_, mine) => {
    const { environment, started } = changed(() => ({}));
    const own = await open({}, environment);
    let calls = 0;
    const onPartial = () => {
      calls++;
      throw mine as Error; // whatever it is
    };
    const thrown = await own.rank(query, texts, { onPartial }).then(
      () => 'ranked',
      (error: unknown) => ({ error }),
    );
    expect(thrown).toEqual({ error: mine });
    expect(calls).toBe(1);
    const onStats = () => {
      throw mine as Error; // whatever it is
    };
    await expect(
      own.predict([[query, 'a']], { onStats }).catch((error: unknown) => ({ error })),
    ).resolves.toEqual({
      error: mine,
    });
    expect(await own.rank(query, texts)).toHaveLength(texts.length);
    expect(started()).toBe(1);
    await own.dispose();
  });

  it('is cancelled by an AbortError, whatever the reason', async () => {
    const reasons = [
      'text',
      new TypeError('mine'),
      new DOMException('late', 'TimeoutError'),
      undefined,
      0,
      null,
    ];
    for (const reason of reasons) {
      const signal = AbortSignal.abort(reason);
      await expect(reranker.rank(query, texts, { signal })).rejects.toMatchObject({ name: 'AbortError' });
      await expect(open({ signal })).rejects.toMatchObject({ name: 'AbortError' });
      const later = new AbortController();
      const onPartial = () => later.abort(reason);
      const call = reranker.rank(query, texts, { signal: later.signal, onPartial });
      await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    }
    await expect(reranker.predict([[query, 'a']])).resolves.toHaveLength(1);
  });

  it('refuses what it cannot read before anything is scored, and the reranker lives on', async () => {
    await expect(reranker.rank(query, texts, null as unknown as RankOptions<string>)).rejects.toMatchObject({
      code: 'invalid-input',
    });
    await expect(reranker.predict([[query]] as unknown as Pair[])).rejects.toMatchObject({
      code: 'invalid-input',
    });
    await expect(reranker.rank(query, texts)).resolves.toHaveLength(texts.length);
  });
});

describe('loading', () => {
  it('ends its workers when onProgress throws at the end, or the caller gives up there', async () => {
    for (const how of ['throws', 'aborts'] as const) {
      const closed: Error[] = [];
      const { environment, started } = changed((connection) => ({
        close: (reason) => {
          closed.push(reason);
          connection.close(reason);
        },
      }));
      const controller = new AbortController();
      const loading = open(
        {
          signal: controller.signal,
          onProgress: ({ status }) => {
            if (status !== 'ready') return;
            if (how === 'throws') throw new TypeError('mine');
            controller.abort();
          },
        },
        environment,
      );
      await expect(loading).rejects.toMatchObject({ name: how === 'throws' ? 'TypeError' : 'AbortError' });
      expect(closed.length).toBeGreaterThanOrEqual(started());
    }
  });
});

describe('a backend that breaks', () => {
  const long = 'x '.repeat(2_000);
  const failOnLong =
    (code: 'run-failed' | 'worker-failed' | 'timeout', message: string) =>
    (connection: Connection): Partial<Connection> => ({
      score: (request, onBatch) =>
        request.pairs.some(([, passage]) => passage === long)
          ? Promise.reject(new RerankError(code, message))
          : connection.score(request, onBatch),
    });

  it('twice over the same passages is not given up for other weights', async () => {
    const { environment, read, started } = changed(failOnLong('run-failed', 'std::bad_alloc'));
    const reranker = await open({ dtype: 'auto', device: 'auto' }, environment);
    const before = read.filter((url) => url.endsWith('.onnx'));
    const failed = reranker.rank(query, ['short', long]);
    await expect(failed).rejects.toMatchObject({
      code: 'run-failed',
      message: expect.stringMatching(/std::bad_alloc.*lower maxLength or batchTokens/s) as string,
    });
    expect(started()).toBe(2);
    const { device, dtype } = reranker.info;
    expect(await reranker.rank(query, texts)).toHaveLength(texts.length);
    expect(reranker.info).toMatchObject({ device, dtype });
    expect(new Set(read.filter((url) => url.endsWith('.onnx')))).toEqual(new Set(before));
    expect(started()).toBe(3);
    await reranker.dispose();
  });

  it('once is an accident', async () => {
    const { environment, started } = changed((connection, number) =>
      number === 0 ? failOnLong('worker-failed', 'killed')(connection) : {},
    );
    const reranker = await open({}, environment);
    expect(await reranker.rank(query, ['short', long])).toHaveLength(2);
    expect(started()).toBe(2);
    await reranker.dispose();
  });

  it('on a GPU leaves its passages to WASM', async () => {
    const { environment } = changed((connection, number) => ({
      // The service in this thread has no GPU: what is asked for there is opened on WASM.
      open: (request, handOver) => connection.open({ ...request, device: 'wasm' }, handOver),
      ...(number < 2 && failOnLong('run-failed', 'a kernel failed')(connection)),
    }));
    const capable = {
      ...(await environment.capabilities()),
      webgpu: 'adapter',
      webgpuReason: undefined,
    } as const;
    environment.capabilities = () => Promise.resolve(capable);
    const reranker = await open({ device: 'auto' }, environment);
    expect(reranker.info.device).toBe('webgpu');
    expect(await reranker.rank(query, ['short', long])).toHaveLength(2);
    expect(reranker.info.attempts.map(({ device, ok }) => `${device} ${ok}`)).toEqual([
      'webgpu false',
      'webgpu false',
      'wasm true',
    ]);
    await reranker.dispose();
  });

  it('before it opens again is told, and the next call begins anew', async () => {
    const { environment } = changed((connection, number) => ({
      open: (request, handOver) =>
        number === 1
          ? Promise.reject(new RerankError('backend-failed', 'no memory'))
          : connection.open(request, handOver),
    }));
    const reranker = await open({ idleTimeout: 20 }, environment);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(reranker.rank(query, texts)).rejects.toMatchObject({ code: 'backend-failed' });
    expect(await reranker.rank(query, texts)).toHaveLength(texts.length);
    await reranker.dispose();
  });
});

describe('idle workers that open again', () => {
  /** Opens at once the first time, then takes so long. */
  const slow =
    (milliseconds: number) =>
    (connection: Connection, number: number): Partial<Connection> => ({
      open: async (request, handOver) => {
        if (number > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
        return connection.open(request, handOver);
      },
    });

  it('do nothing for a call that was cancelled meanwhile', async () => {
    const { environment, started } = changed(slow(1_000));
    const reranker = await open({ idleTimeout: 20 }, environment);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const controller = new AbortController();
    let partials = 0;
    const call = reranker.rank(query, texts, { signal: controller.signal, onPartial: () => void partials++ });
    setTimeout(() => controller.abort(), 50);
    const began = performance.now();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(performance.now() - began).toBeLessThan(900); // it did not wait for them
    expect(await reranker.rank(query, texts)).toHaveLength(texts.length);
    expect(partials).toBe(0);
    expect(started()).toBe(2);
    await reranker.dispose();
  });

  it('are ended when the reranker is disposed meanwhile', async () => {
    const closed: unknown[] = [];
    const { environment, started } = changed((connection, number) => ({
      ...slow(500)(connection, number),
      close: (reason) => {
        closed.push(reason);
        connection.close(reason);
      },
    }));
    const reranker = await open({ idleTimeout: 20 }, environment);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const call = reranker.rank(query, texts);
    await expect.poll(started).toBe(2);
    await reranker.dispose();
    await expect(call).rejects.toMatchObject({ code: 'disposed' });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(started()).toBe(2);
    expect(closed.length).toBeGreaterThanOrEqual(2);
  });
});
