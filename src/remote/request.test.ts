import { afterEach, describe, expect, it, vi } from 'vitest';
import { startRerankServer, type RerankServer, type RemoteFault } from '../testing/rerank-server.js';
import { createRemoteReranker, type RemoteOptions } from './index.js';

// What servers and networks do wrong, over real HTTP.

const servers: RerankServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function remote(options: Partial<RemoteOptions> = {}, key?: string) {
  const server = await startRerankServer({ api: 'cohere', ...(key !== undefined && { key }) });
  servers.push(server);
  const reranker = createRemoteReranker({ url: server.url, api: 'cohere', model: 'm', ...options });
  return { server, reranker, rank: () => reranker.rank('q', ['a', 'bb']) };
}

describe('a busy server', () => {
  it('is asked again after the seconds that it states', async () => {
    const { server, rank } = await remote();
    server.faults.push({ status: 429, headers: { 'retry-after': '1' }, body: 'slow down' });
    const started = performance.now();
    expect(await rank()).toHaveLength(2);
    expect(performance.now() - started).toBeGreaterThan(990);
    expect(server.requests).toHaveLength(2);
  });

  it('is asked again after the date that it states', async () => {
    const { server, rank } = await remote();
    const when = new Date(Date.now() + 3000).toUTCString(); // whole seconds
    server.faults.push({ status: 503, headers: { 'retry-after': when } });
    await rank();
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(when) - 20);
  });

  it('is an error at once where it wants more than a minute', async () => {
    const { server, rank } = await remote();
    server.faults.push({ status: 429, headers: { 'retry-after': '3600' } });
    await expect(rank()).rejects.toMatchObject({
      code: 'request-failed',
      message: expect.stringContaining('wants 3600 seconds') as unknown,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('is given up after the retries, with its own words', async () => {
    const { server, rank } = await remote({ retries: 1 });
    const busy = { status: 503, body: JSON.stringify({ error: { message: 'Loading model' } }) };
    server.faults.push(busy, busy);
    await expect(rank()).rejects.toMatchObject({
      code: 'request-failed',
      message: expect.stringMatching(/after 2 tries: the server answered 503: "Loading model"/) as unknown,
    });
    expect(await rank()).toHaveLength(2);
  });

  it('and a connection that breaks are tried again', async () => {
    const { server, rank } = await remote();
    server.faults.push('reset');
    expect(await rank()).toHaveLength(2);
    const { reranker } = await remote({ url: 'http://localhost:9/rerank', retries: 0 });
    await expect(reranker.rank('q', ['a'])).rejects.toMatchObject({ code: 'request-failed' });
  });
});

describe('time', () => {
  it('a server that does not answer is a timeout', async () => {
    const { server, rank } = await remote({ timeout: 60, retries: 1 });
    server.faults.push('hang', 'hang');
    await expect(rank()).rejects.toMatchObject({ code: 'timeout' });
    expect(server.requests).toHaveLength(2);
  });

  it('an abort ends the request at once, also between two tries', async () => {
    const cases: RemoteFault[] = ['hang', { status: 503, headers: { 'retry-after': '50' } }];
    for (const fault of cases) {
      const { server, reranker } = await remote();
      server.faults.push(fault);
      const stop = new AbortController();
      const ranking = reranker.rank('q', ['a'], { signal: stop.signal });
      await expect.poll(() => server.requests.length).toBe(1);
      await new Promise((done) => setTimeout(done, 30));
      const started = performance.now();
      stop.abort(new Error('typed on'));
      await expect(ranking).rejects.toMatchObject({ name: 'AbortError', cause: { message: 'typed on' } });
      expect(performance.now() - started).toBeLessThan(200);
      expect(server.requests).toHaveLength(1);
    }
    const { server, reranker } = await remote();
    await expect(reranker.rank('q', ['a'], { signal: AbortSignal.abort() })).rejects.toThrow(DOMException);
    expect(server.requests).toHaveLength(0);
  });

  it('an abort ends a call whose fetch heeds no signal', async () => {
    const { reranker } = await remote({ fetch: () => new Promise(() => undefined) });
    const stop = new AbortController();
    const ranking = reranker.rank('q', ['a'], { signal: stop.signal });
    stop.abort();
    await expect(ranking).rejects.toThrow(DOMException);
  });

  it('disposing ends what is under way and refuses what comes', async () => {
    const { server, reranker } = await remote();
    server.faults.push('hang');
    const ranking = reranker.rank('q', ['a']);
    await expect.poll(() => server.requests.length).toBe(1);
    await reranker.dispose();
    await reranker.dispose();
    await expect(ranking).rejects.toMatchObject({ code: 'disposed' });
    await expect(reranker.rank('q', ['a'])).rejects.toMatchObject({ code: 'disposed' });
  });
});

describe('what a server refuses', () => {
  const cases: [status: number, code: string, message: RegExp][] = [
    [400, 'request-failed', /answered 400: "no"/],
    [401, 'unauthorized', /Check the key in the option headers/],
    [403, 'unauthorized', /403/],
    [404, 'not-found', /Check the options url and api/],
    [405, 'not-found', /405/],
    [413, 'request-failed', /Even a single text is refused/],
    [422, 'request-failed', /422/],
    [501, 'request-failed', /501/],
  ];
  for (const [status, code, message] of cases) {
    it(`${status} is ${code}, with the server's own words, and not tried again`, async () => {
      const { server } = await remote();
      const url = `${server.url}/v2/rerank?key=secret`;
      const reranker = createRemoteReranker({ url, api: 'cohere', model: 'm' });
      server.faults.push({ status, body: JSON.stringify({ message: 'no' }) });
      const failure = reranker.rank('q', ['a']);
      await expect(failure).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message) as unknown,
      });
      await expect(failure).rejects.toThrow(/^(?!.*secret).*"no"/);
      expect(server.requests).toHaveLength(1);
    });
  }

  it('goes through with the key in headers', async () => {
    const { rank } = await remote({ headers: { Authorization: 'Bearer right' } }, 'Bearer right');
    expect(await rank()).toHaveLength(2);
    const { rank: wrong } = await remote({ headers: { Authorization: 'Bearer wrong' } }, 'Bearer right');
    await expect(wrong()).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(/^(?!.*Bearer).*Invalid API key/) as unknown,
    });
  });

  it('a fetch of the app can sign requests', async () => {
    const fetch = vi.fn((url: RequestInfo | URL, init?: RequestInit) => {
      const headers = new Headers(init?.headers);
      headers.set('authorization', 'signed');
      return globalThis.fetch(url, { ...init, headers });
    });
    const { rank } = await remote({ fetch }, 'signed');
    await rank();
    expect(fetch).toHaveBeenCalledOnce();
  });
});

describe('an answer that cannot be used', () => {
  const score = (index: unknown, relevance_score: unknown) => ({ index, relevance_score });
  const cases: [name: string, list: unknown, message: RegExp][] = [
    ['no list', undefined, /its list of scores is undefined/],
    ['too few', [score(0, 1)], /1 scores for 2 texts/],
    ['too many', [score(0, 1), score(1, 1), score(2, 1)], /a score for index 2, and 2 texts were sent/],
    ['a double index', [score(0, 1), score(0, 2)], /two scores for index 0/],
    ['no index', [score(undefined, 1), score(1, 1)], /index undefined/],
    ['an index that is no number', [score('0', 1), score(1, 1)], /index "0"/],
    ['a fraction', [score(0.5, 1), score(1, 1)], /index 0.5/],
    ['a negative index', [score(-1, 1), score(1, 1)], /index -1/],
    ['null for NaN', [score(0, null), score(1, 1)], /index 0 is null, not a number/],
    ['a text', [score(0, '1'), score(1, 1)], /index 0 is "1"/],
    ['another field', [{ index: 0, score: 1 }, score(1, 1)], /index 0 is undefined.*option api/],
    ['an item that is none', [null, score(1, 1)], /index undefined/],
  ];
  for (const [name, list, message] of cases) {
    it(`${name} is invalid-answer`, async () => {
      const { server, rank } = await remote();
      server.faults.push({ list });
      await expect(rank()).rejects.toMatchObject({
        code: 'invalid-answer',
        message: expect.stringMatching(message) as unknown,
      });
    });
  }

  it('no JSON, a page, and numbers beyond all bounds', async () => {
    const bodies: [body: string, code: string][] = [
      ['', 'invalid-answer'],
      ['{"results": [', 'invalid-answer'],
      ['{"results":[{"index":0,"relevance_score":1e999},{"index":1,"relevance_score":1}]}', 'invalid-answer'],
      ['<!doctype html><title>App</title>', 'unexpected-html'],
    ];
    for (const [body, code] of bodies) {
      const { server, rank } = await remote();
      server.faults.push({ status: 200, body });
      await expect(rank()).rejects.toMatchObject({ code });
    }
  });

  it("llama.cpp's mark for a text without a score is no score", async () => {
    const server = await startRerankServer({ api: 'llama.cpp' });
    servers.push(server);
    server.faults.push({ list: [score(0, 3), score(1, -1e6)] });
    const reranker = createRemoteReranker({ url: server.url, api: 'llama.cpp' });
    await expect(reranker.rank('q', ['a', 'b'])).rejects.toMatchObject({ code: 'invalid-answer' });
  });
});
