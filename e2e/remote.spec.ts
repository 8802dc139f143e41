import { logitOf, startRerankServer } from '../src/testing/rerank-server.js';
import { expect, test } from './support.js';

// A remote reranker in a page: what CORS allows, what it hides, and a fallback that a page really takes.

test('a page ranks on a server of another origin, with a key', async ({ open }) => {
  const { page, server: own } = await open();
  const server = await startRerankServer({ api: 'tei', key: 'Bearer k', origin: own.url });
  const outcome = await page.evaluate(async (url) => {
    const { createRemoteReranker } = await window.remote();
    const reranker = createRemoteReranker({ url, api: 'tei', headers: { authorization: 'Bearer k' } });
    const ranking = await reranker.rank('query', ['short', 'a longer text']);
    return { ranking, logits: [...(await reranker.predict([['query', 'short']]))] };
  }, server.url);
  expect(outcome.ranking.map(({ index }) => index)).toEqual([1, 0]);
  expect(outcome.logits).toEqual([Math.fround(logitOf('query', 'short'))]);
  expect(server.requests.map(({ method }) => method)).toContain('OPTIONS'); // the browser has asked first
  await server.close();
});

test('a server that forbids the page is an error that names CORS', async ({ open }) => {
  const { page } = await open();
  const server = await startRerankServer({ api: 'tei' });
  const failure = await page.evaluate(async (url) => {
    const { createRemoteReranker } = await window.remote();
    const reranker = createRemoteReranker({ url, api: 'tei', retries: 0 });
    return reranker.rank('query', ['text']).then(
      () => undefined,
      (error: unknown) => {
        const { code, message } = error as { code: string; message: string };
        return { code, message };
      },
    );
  }, server.url);
  expect(failure?.code).toBe('request-failed');
  expect(failure?.message).toContain('Access-Control-Allow-Origin');
  await server.close();
});

test("a relative url is the page's own server, and an abort ends its request", async ({ open, page }) => {
  await open();
  const name = await page.evaluate(async () => {
    const { createRemoteReranker } = await window.remote();
    let asked = '';
    const reranker = createRemoteReranker({
      url: '/api/rerank',
      api: 'jina',
      model: 'm',
      fetch: (url, init) => {
        asked = url as string; // a remote reranker passes a text
        return new Promise((_, reject) =>
          init?.signal?.addEventListener('abort', () => reject(new Error('ended'))),
        );
      },
    });
    const stop = new AbortController();
    const ranking = reranker.rank('query', ['text'], { signal: stop.signal });
    stop.abort();
    const name = await ranking.then(
      () => '',
      (error: unknown) => (error as Error).name,
    );
    return `${name} ${new URL(asked, 'http://none').href === new URL('/api/rerank', location.href).href}`;
  });
  expect(name).toBe('AbortError true');
});

test('a page whose model is not there takes the fallback, and says so', async ({ open }) => {
  const { page, server: own } = await open();
  const server = await startRerankServer({ api: 'tei', origin: own.url });
  const outcome = await page.evaluate(async (url) => {
    const reranker = await window.library.createReranker({
      model: '/no/such/model/',
      fallback: async () => (await window.remote()).createRemoteReranker({ url, api: 'tei' }),
    });
    const ranking = await reranker.rank('query', ['short', 'a longer text']);
    const { device, fallbackReason } = reranker.info;
    await reranker.dispose();
    return { first: ranking[0]?.index, device, fallbackReason };
  }, server.url);
  expect(outcome).toMatchObject({ first: 1, device: 'remote' });
  expect(outcome.fallbackReason).toContain('/no/such/model/');
  await server.close();
});
