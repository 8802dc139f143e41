import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../scripts/hub-server.js';
import { fixture, readParity } from '../../src/testing/fixtures.js';
import { startBrowser, type DrivenBrowser } from './driver.js';
import type { OtherBrowser } from './find.js';

const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The Berlin list with the shipped model's logits; written by training/fixtures/goldens.py. */
const berlin = JSON.parse(readFileSync(fixture('berlin.json'), 'utf8')) as {
  query: string;
  passages: string[];
  logits: Record<string, number[]>;
};

const PAGE = `<!doctype html><meta charset="utf-8"><title>A static site</title><script src="SCRIPT"></script>`;

describe.each<OtherBrowser>(['firefox', 'webkit'])('%s', (name) => {
  let browser: DrivenBrowser;
  let server: TestServer;
  let isolated: TestServer;
  const mounts = [
    { dir: folder('public/models'), at: '/models' },
    { dir: folder('src/testing/fixtures'), at: '/tiny' },
    { dir: folder('dist-script'), at: '/search' },
    { files: { 'index.html': PAGE.replace('SCRIPT', '/search/browser-reranker.js') }, at: '/site' },
    { dir: folder('dist-e2e/harness') },
  ];

  beforeAll(async () => {
    server = await startServer({ mounts });
    isolated = await startServer({ mounts, isolated: true });
    browser = await startBrowser(name);
    console.info(browser.version);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await isolated.close();
  });

  it('ranks the Berlin example with the scores that the manifest was measured with', async () => {
    await browser.goto(`${server.url}/`);
    const { info, scores } = await browser.evaluate(
      async ({ query, passages }) => {
        const reranker = await window.library.createReranker({ model: 'minilm-l6-rerank-en' });
        const scores = Array<number>(passages.length);
        for (const { index, score } of await reranker.rank(query, passages)) scores[index] = score;
        const { info } = reranker;
        await reranker.dispose();
        return { info, scores };
      },
      { query: berlin.query, passages: berlin.passages },
    );
    expect(info).toMatchObject({ device: 'wasm', dtype: 'q8' });
    // The last bit of a sum may turn an activation by one step of its 8 bits.
    berlin.logits.q8?.forEach((logit, index) => expect(Math.abs(logit - scores[index]!)).toBeLessThan(0.25));
    expect(scores.indexOf(Math.max(...scores))).toBe(3);
  });

  it.each(['tiny-bert', 'tiny-roberta'])(
    'gives %s the tokens of the reference for every script',
    async (model) => {
      const { pairs, rows } = readParity(model);
      await browser.goto(`${server.url}/`);
      const logits = await browser.evaluate(
        async ({ model, pairs }) => {
          const reranker = await window.library.createReranker({ model, dtype: 'fp32', workers: 1 });
          const logits = await reranker.predict(pairs);
          await reranker.dispose();
          return Array.from(logits);
        },
        { model: `/tiny/${model}/`, pairs },
      );
      const different = rows.flatMap(({ logit }, index) =>
        Math.abs(logit - logits[index]!) < 1e-3 ? [] : [{ pair: pairs[index], logit, got: logits[index] }],
      );
      expect(logits).toHaveLength(pairs.length);
      expect(different).toEqual([]);
    },
  );

  it('shares a call between workers, and takes the files from the cache the second time', async () => {
    await browser.goto(`${server.url}/`);
    await browser.evaluate(async (cache) => void (await caches.delete(cache)), 'browser-reranker');
    const rank = (workers: number) =>
      browser.evaluate(
        async ({ query, passages, workers }) => {
          const reranker = await window.library.createReranker({ model: 'minilm-l3-rerank-en', workers });
          const ranking = await reranker.rank(query, passages);
          const { info } = reranker;
          await reranker.dispose();
          // What was read is written meanwhile; leaving the page would end it.
          await new Promise((resolve) => setTimeout(resolve, 2000));
          return { info, order: ranking.map(({ index }) => index) };
        },
        { query: berlin.query, passages: berlin.passages, workers },
      );
    const before = server.requests.length;
    const two = await rank(2);
    const one = await rank(1);
    expect(two.info).toMatchObject({ workers: 2 });
    expect(one.order).toEqual(two.order);
    expect(one.info.files.filter(({ fromCache }) => !fromCache).map(({ file }) => file)).toEqual([
      'reranker.json',
    ]);
    const downloads = server.requests.slice(before).filter(({ path }) => path.endsWith('.onnx'));
    expect(downloads).toHaveLength(1);
  });

  it('runs on threads where the page is isolated', async () => {
    await browser.goto(`${isolated.url}/`);
    const { shared, info, best } = await browser.evaluate(
      async ({ query, passages }) => {
        const reranker = await window.library.createReranker({ model: 'minilm-l3-rerank-en', threads: 2 });
        const [first] = await reranker.rank(query, passages);
        const { info } = reranker;
        await reranker.dispose();
        return { shared: crossOriginIsolated, info, best: first?.index };
      },
      { query: berlin.query, passages: berlin.passages },
    );
    expect(shared).toBe(true);
    expect(info).toMatchObject({ threads: 2, workers: 1 });
    expect([0, 3, 5]).toContain(best);
  });

  it('stops within a batch when it is aborted, and serves the next call', async () => {
    await browser.goto(`${server.url}/`);
    const result = await browser.evaluate(
      async ({ query, passages }) => {
        const reranker = await window.library.createReranker({ model: 'minilm-l3-rerank-en', workers: 1 });
        const many = Array.from(
          { length: 300 },
          (_, index) => `${index} ${passages[index % passages.length]}`,
        );
        const stop = new AbortController();
        let afterAbort = 0;
        const error: unknown = await reranker
          .rank(query, many, {
            signal: stop.signal,
            onPartial: () => (stop.signal.aborted ? afterAbort++ : stop.abort()),
          })
          .then(
            () => undefined,
            (reason: unknown) => reason,
          );
        const [next] = await reranker.rank(query, passages);
        await reranker.dispose();
        return { name: error instanceof Error ? error.name : String(error), afterAbort, next: next?.index };
      },
      { query: berlin.query, passages: berlin.passages },
    );
    expect(result.name).toBe('AbortError');
    expect(result.afterAbort).toBe(0);
    expect([0, 3, 5]).toContain(result.next);
  });

  it('says by code what is missing', async () => {
    await browser.goto(`${server.url}/`);
    const codes = await browser.evaluate(
      (models) =>
        Promise.all(
          models.map((model) =>
            window.library.createReranker({ model }).then(
              () => 'opened',
              (error: unknown) => String((error as { code?: unknown }).code),
            ),
          ),
        ),
      ['/nowhere/', 'no such model'],
    );
    expect(codes).toEqual(['not-found', 'unknown-model']);
  });

  it.each(['the same origin', 'another origin'])('re-ranks from a script tag of %s', async (where) => {
    const site = await startServer({
      mounts: [
        { files: { 'index.html': PAGE.replace('SCRIPT', `${server.url}/search/browser-reranker.js`) } },
      ],
    });
    await browser.goto(where === 'the same origin' ? `${server.url}/site/` : `${site.url}/`);
    const best = await browser.evaluate(
      async ({ query, passages }) => {
        // The script's global; this page has no types for it.
        const { BrowserReranker } = globalThis as unknown as { BrowserReranker: Window['library'] };
        const reranker = await BrowserReranker.createReranker({ device: 'wasm' });
        const [first] = await reranker.rank(query, passages);
        await reranker.dispose();
        return first?.index;
      },
      { query: berlin.query, passages: berlin.passages },
    );
    await site.close();
    expect(best).toBe(3);
  });
});
