import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { startServer, type TestServer } from '../scripts/hub-server.js';
import { complaintsOf, STRICT_CSP } from './support.js';

const root = new URL('..', import.meta.url);

/** A plain page of a static site: MiniSearch answers, the script tag re-ranks. No bundler, no inline script. */
const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>A static site</title><link rel="icon" href="data:," /></head>
  <body>
    <ol id="results"></ol>
    <script src="/minisearch.js"></script>
    <script src="SCRIPT"></script>
    <script src="/site.js"></script>
  </body>
</html>`;

const SITE = `(async () => {
  const documents = [
    { id: 1, title: 'Population', body: 'Berlin had a population of 3,520,031 registered inhabitants in an area of 891.82 square kilometers.' },
    { id: 2, title: 'People', body: 'Many people know Berlin for its museums, and many people come back for the music.' },
    { id: 3, title: 'Paris', body: 'The Seine flows through Paris.' },
  ];
  const index = new MiniSearch({ fields: ['title', 'body'], storeFields: ['title', 'body'] });
  index.addAll(documents);
  const query = 'How many people live in Berlin?';
  const found = index.search(query);
  const reranker = await BrowserReranker.createReranker({ device: 'wasm' });
  const ranking = await reranker.rank(query, found, { text: ({ body }) => body });
  const list = document.getElementById('results');
  for (const { document: { title } } of ranking) {
    const item = document.createElement('li');
    item.textContent = title;
    list.append(item);
  }
  window.result = { before: found.map(({ title }) => title), info: reranker.info };
})().catch((error) => { window.failure = error.code + ': ' + error.message; });`;

declare global {
  interface Window {
    result?: { before: string[]; info: { model: string; device: string } };
    failure?: string;
  }
}

let servers: TestServer[] = [];
test.beforeAll(() => {
  execFileSync('npx', ['tsx', 'scripts/build-drop-in.ts'], { cwd: fileURLToPath(root), stdio: 'inherit' });
});
test.afterEach(async () => {
  for (const server of servers) await server.close();
  servers = [];
});

async function startSite(script: string, csp?: string): Promise<TestServer> {
  const files = {
    'index.html': PAGE.replace('SCRIPT', script),
    'site.js': SITE,
    'minisearch.js': readFileSync(new URL('node_modules/minisearch/dist/umd/index.js', root)),
  };
  const site = await startServer({
    mounts: [{ files }, { dir: fileURLToPath(new URL('dist-script', root)), at: '/search' }],
    ...(csp && { csp }),
  });
  servers.push(site);
  return site;
}

test('a script tag re-ranks MiniSearch results on a plain page with a strict policy', async ({ page }) => {
  const problems = complaintsOf(page);
  const site = await startSite(
    '/search/browser-reranker.js',
    `default-src 'self'; img-src data:; ${STRICT_CSP}`,
  );
  await page.goto(site.url);
  await page.waitForFunction(() => window.result ?? window.failure);
  expect(await page.evaluate(() => window.failure)).toBeUndefined();
  const result = await page.evaluate(() => window.result);
  expect(result?.info).toMatchObject({ model: 'minilm-l6-rerank-en', device: 'wasm' });
  expect(result?.before[0]).toBe('People'); // BM25 counts words
  await expect(page.locator('#results li').first()).toHaveText('Population'); // the cross-encoder reads
  expect(problems).toEqual([]);
  expect(site.requests.filter(({ path }) => path.endsWith('.wasm')).map(({ path }) => path)).toContain(
    '/search/runtime/ort-wasm-simd-threaded.wasm',
  );
});

test('the script works from another origin, as from a CDN', async ({ page }) => {
  const problems = complaintsOf(page);
  const cdn = await startServer({ mounts: [{ dir: fileURLToPath(new URL('dist-script', root)) }] });
  servers.push(cdn);
  const csp = STRICT_CSP.replace("script-src 'self'", `script-src 'self' ${cdn.url}`).replace(
    "worker-src 'self'",
    `worker-src blob: ${cdn.url}`,
  );
  const site = await startSite(`${cdn.url}/browser-reranker.js`, csp);
  await page.goto(site.url);
  await page.waitForFunction(() => window.result ?? window.failure);
  expect(await page.evaluate(() => window.failure)).toBeUndefined();
  await expect(page.locator('#results li').first()).toHaveText('Population');
  expect(site.requests.some(({ path }) => path.endsWith('.onnx'))).toBe(false);
  expect(problems).toEqual([]);
});

/** What `createReranker` of the script tag says where it cannot work. */
const refusal = (page: Page) =>
  page.evaluate(async () => {
    try {
      await window.BrowserReranker?.createReranker({ device: 'wasm' });
    } catch (error) {
      const { name, code, message } = error as { name: string; code?: string; message: string };
      return { name, code, message };
    }
    throw new Error('createReranker() was expected to fail');
  });

test('a script tag of the wrong type says which one is right', async ({ page }) => {
  const site = await startSite('/search/browser-reranker.js" type="module');
  await page.goto(site.url);
  await page.waitForFunction(() => window.BrowserReranker);
  expect(await refusal(page)).toMatchObject({
    name: 'RerankError',
    code: 'unsupported-environment',
    message: expect.stringContaining('classic <script'),
  });
});

test('a page opened from the disk says that it needs a server', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'browser-reranker-'));
  const script = new URL('dist-script/browser-reranker.js', root).href;
  writeFileSync(join(folder, 'index.html'), `<!doctype html><script src="${script}"></script>`);
  await page.goto(pathToFileURL(join(folder, 'index.html')).href);
  await page.waitForFunction(() => window.BrowserReranker);
  const error = await refusal(page);
  rmSync(folder, { recursive: true });
  expect(error).toMatchObject({ name: 'RerankError', code: 'unsupported-environment' });
  expect(error.message).toContain('file:');
  expect(error.message).toContain('server');
});
