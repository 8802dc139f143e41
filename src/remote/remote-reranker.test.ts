import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  logitOf,
  startRerankServer,
  type RerankServer,
  type RerankServerOptions,
} from '../testing/rerank-server.js';
import type { RankedDocument } from '../types.js';
import { createRemoteReranker, type RemoteApi, type RemoteOptions } from './index.js';

// Over real HTTP, against servers that speak each API as its maker documents it.

const APIS: readonly RemoteApi[] = ['tei', 'cohere', 'jina', 'voyage', 'llama.cpp'];
const DOCUMENTS = ['short', 'of some length, this one', 'a middling text', 'x'.repeat(70)];
const ORDER = [3, 1, 2, 0];
const logits = DOCUMENTS.map((text) => logitOf('query', text));
const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));

const servers: RerankServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A server of an API, and a reranker on it. */
async function remote(api: RemoteApi, options: Partial<RemoteOptions & RerankServerOptions> = {}) {
  const { limit, key, delay, ...rest } = options;
  const server = await startRerankServer({
    api,
    ...(limit !== undefined && { limit }),
    ...(key !== undefined && { key }),
    ...(delay !== undefined && { delay }),
  });
  servers.push(server);
  const reranker = createRemoteReranker({ url: server.url, api, model: 'some-model', ...rest });
  return { server, reranker };
}

const indices = (ranking: readonly RankedDocument<unknown>[]) => ranking.map(({ index }) => index);

describe('each API', () => {
  for (const api of APIS) {
    it(`${api}: ranks as the server scores, in one request`, async () => {
      const { server, reranker } = await remote(api);
      const ranking = await reranker.rank('query', DOCUMENTS);
      expect(indices(ranking)).toEqual(ORDER);
      for (const { index, score, document } of ranking) {
        // llama.cpp passes on what the model gives, the others by themselves give 0 to 1.
        const expected = api === 'llama.cpp' ? logits[index]! : sigmoid(logits[index]!);
        expect(score).toBeCloseTo(expected, 6);
        expect(document).toBe(DOCUMENTS[index]);
      }
      expect(server.requests).toHaveLength(1);
      expect(server.requests[0]?.headers['content-type']).toBe('application/json');
      expect(await reranker.rank('query', DOCUMENTS, { topK: 2 })).toHaveLength(2);
      expect(await reranker.rank('query', [])).toEqual([]);
      expect(server.requests).toHaveLength(2);
    });

    it(`${api}: takes documents of any shape, and puts the prompt in front of the query`, async () => {
      const { server, reranker } = await remote(api);
      const documents = DOCUMENTS.map((body) => ({ body }));
      const ranking = await reranker.rank('query', documents, { text: ({ body }) => body, prompt: 'find: ' });
      expect(indices(ranking)).toEqual(ORDER);
      expect(ranking[0]?.document).toBe(documents[3]);
      expect(server.requests[0]?.body.query).toBe('find: query');
    });
  }

  it('blends, keeps the first and leaves the worst out as a local one does', async () => {
    const { reranker } = await remote('cohere');
    const prior = { scores: [9, 0, 0, 0], weight: 1 };
    const [first] = await reranker.rank('query', DOCUMENTS, { prior });
    expect(first).toMatchObject({ index: 0, blended: expect.any(Number) as unknown });
    expect(indices(await reranker.rank('query', DOCUMENTS, { keepFirst: 1 }))[0]).toBe(0);
    const best = await reranker.rank('query', DOCUMENTS, { minScore: sigmoid(logits[1]!) - 1e-6 });
    expect(indices(best)).toEqual([3, 1]);
  });

  it('says that it is remote', async () => {
    const { reranker } = await remote('tei');
    expect(reranker.info).toMatchObject({ model: 'some-model', device: 'remote', dtype: undefined });
    const { host } = new URL('http://localhost:1234');
    expect(createRemoteReranker({ url: `http://${host}`, api: 'tei' }).info.model).toBe(host);
  });

  it('takes a url with a path as it is', async () => {
    const { server } = await remote('llama.cpp');
    const reranker = createRemoteReranker({ url: `${server.url}/reranking`, api: 'llama.cpp' });
    expect(indices(await reranker.rank('query', DOCUMENTS))).toEqual(ORDER);
    expect(server.requests[0]?.path).toBe('/reranking');
    expect(server.requests[0]?.body).not.toHaveProperty('model');
  });
});

describe('raw scores', () => {
  it('text-embeddings-inference gives them when asked: predict and every activation work', async () => {
    const { server, reranker } = await remote('tei');
    const pairs = DOCUMENTS.map((text) => ['query', text] as const);
    expect(await reranker.predict(pairs)).toEqual(Float32Array.from(logits));
    expect(server.requests[0]?.body).toMatchObject({ raw_scores: true, truncate: true });
    const [best] = await reranker.rank('query', DOCUMENTS, { activation: 'identity' });
    expect(best?.score).toBe(Math.fround(logits[3]!));
  });

  it('predict keeps pairs of several queries apart and in order', async () => {
    const { server, reranker } = await remote('tei');
    const pairs = [
      ['a', 'first'],
      ['longer query', 'second text'],
      ['a', 'third one'],
    ] as const;
    expect(await reranker.predict(pairs)).toEqual(
      Float32Array.from(pairs.map(([query, text]) => logitOf(query, text))),
    );
    expect(server.requests.map(({ body }) => body.texts)).toEqual([['first', 'third one'], ['second text']]);
  });

  it('the caller may know that llama.cpp serves a model of one label', async () => {
    const { reranker } = await remote('llama.cpp', { rawScores: true, activation: 'sigmoid' });
    expect(await reranker.predict([['query', DOCUMENTS[1]!]])).toEqual(Float32Array.of(logits[1]!));
    const [best] = await reranker.rank('query', DOCUMENTS);
    expect(best?.score).toBeCloseTo(sigmoid(logits[3]!), 6);
  });

  it('are refused where the API has none, before anything is sent', async () => {
    for (const api of APIS) {
      const { server, reranker } = await remote(api, { rawScores: false });
      const refused = { code: 'unsupported-request' };
      await expect(reranker.predict([['q', 'p']])).rejects.toMatchObject(refused);
      await expect(reranker.rank('q', ['p'], { activation: 'identity' })).rejects.toMatchObject(refused);
      await expect(reranker.rank('q', ['p'], { overflow: 'window' })).rejects.toMatchObject(refused);
      await expect(reranker.rank('q', ['p'], { promptName: 'web' })).rejects.toMatchObject(refused);
      expect(server.requests).toEqual([]);
      expect(indices(await reranker.rank('query', DOCUMENTS, { depth: 'adaptive' }))).toEqual(ORDER);
    }
  });
});

describe('batches', () => {
  const many = Array.from({ length: 75 }, (_, index) => 'x'.repeat(1 + ((index * 29) % 75)));
  const best = many.indexOf('x'.repeat(75));

  it("stay within text-embeddings-inference's limit, a few at once", async () => {
    const { server, reranker } = await remote('tei', { limit: 32, delay: 20 });
    const partial: number[] = [];
    const onStats = vi.fn();
    const onPartial = (ranking: unknown[], { scored, total }: { scored: number; total: number }) => {
      expect(total).toBe(75);
      expect(ranking).toHaveLength(scored);
      partial.push(scored);
    };
    const ranking = await reranker.rank('query', many, { onPartial, onStats });
    expect(ranking[0]?.index).toBe(best);
    expect(ranking).toHaveLength(75);
    expect(server.requests).toHaveLength(3);
    expect(server.mostAtOnce).toBe(3);
    expect(partial).toHaveLength(3);
    expect(onStats).toHaveBeenCalledWith(
      expect.objectContaining({ pairs: 75, rows: 75, batches: 3, stageRows: [75] }),
    );
    expect((await remote('tei', { batchSize: 10, concurrency: 1 })).server.mostAtOnce).toBe(0);
  });

  it('go again in halves where the server takes fewer', async () => {
    for (const api of ['tei', 'jina'] as const) {
      const { server, reranker } = await remote(api, { limit: 10, batchSize: 64, concurrency: 1 });
      const ranking = await reranker.rank('query', many);
      expect(ranking[0]?.index).toBe(best);
      expect(ranking.map(({ score }) => score)).toEqual(
        ranking.map(({ score }) => score).sort((a, b) => b - a),
      );
      const sizes = server.requests.map(({ body }) => ((body.texts ?? body.documents) as string[]).length);
      expect(sizes.slice(0, 4)).toEqual([64, 32, 16, 8]);
      expect(server.mostAtOnce).toBe(1);
    }
  });

  it('a single text that is too large is an error with the words of the server', async () => {
    const { server, reranker } = await remote('tei', { batchSize: 2 });
    const body = JSON.stringify({ error: 'inputs must have less than 512 tokens', error_type: 'Validation' });
    server.faults.push(...[1, 2].map(() => ({ status: 413, body })));
    await expect(reranker.rank('q', ['a', 'b'])).rejects.toMatchObject({
      code: 'request-failed',
      message: expect.stringMatching(/413.*less than 512 tokens.*single text/) as unknown,
    });
    expect(server.requests).toHaveLength(2);
  });

  it("end with the caller's error where his callback throws", async () => {
    const { reranker } = await remote('tei', { batchSize: 5, concurrency: 1 });
    const mine = new Error('mine');
    const onPartial = () => {
      throw mine;
    };
    await expect(reranker.rank('q', many, { onPartial })).rejects.toBe(mine);
  });
});

describe('options', () => {
  it('are checked by name', () => {
    const url = 'http://localhost:1';
    const wrong: [Record<string, unknown>, RegExp][] = [
      [{}, /^url is undefined/],
      [{ url }, /^api is undefined/],
      [{ url, api: 'openai' }, /^api is "openai"; expected "tei", "cohere"/],
      [{ url, api: 'cohere' }, /^model is undefined.*cohere requires it/],
      [{ url: 'localhost:8080', api: 'tei' }, /^url is "localhost:8080"/],
      [{ url: '/api/rerank', api: 'tei' }, /^url is/], // there is no page here
      [{ url: 'http://me:secret@localhost', api: 'tei' }, /^url is/],
      [{ url, api: 'tei', headers: { 'a b': 'c' } }, /^headers \(a b\) cannot be sent/],
      [{ url, api: 'tei', batchSize: 0 }, /^batchSize is 0/],
      [{ url, api: 'cohere', model: 'm', activation: 'tanh' }, /^activation is "tanh".*no raw scores/],
      [{ url, api: 'tei', key: 'x' }, /has no option "key"/],
    ];
    for (const [options, message] of wrong) {
      const make = () => createRemoteReranker(options as unknown as RemoteOptions); // a caller without types
      expect(make).toThrow(
        expect.objectContaining({
          code: 'invalid-input',
          message: expect.stringMatching(message) as unknown,
        }),
      );
    }
  });

  it('an invalid header does not show its value', () => {
    const make = () =>
      createRemoteReranker({ url: 'http://a', api: 'tei', headers: { authorization: 'secret\n1' } });
    expect(make).toThrow(/^(?!.*secret)/s);
  });
});
