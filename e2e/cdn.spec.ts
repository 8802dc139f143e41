import { expect, test, type Page } from '@playwright/test';
import { startCdn, type TestCdn } from '../scripts/cdn.js';
import { startServer, type TestServer } from '../scripts/hub-server.js';
import { complaintsOf } from './support.js';

// Pages that take everything from a CDN of npm packages: a second origin that serves the packed tarballs.

const SITE = `(async () => {
  const reranker = await BrowserReranker.createReranker({ device: 'wasm', ...window.wanted });
  const ranking = await reranker.rank('How many people live in Berlin?', [
    'Berlin is well known for its museums.',
    'Berlin had a population of 3,520,031 registered inhabitants.',
  ]);
  window.outcome = { order: ranking.map(({ index }) => index), info: reranker.info };
})().catch(({ code, message }) => { window.outcome = { code, message }; });`;

interface Outcome {
  order?: number[];
  info?: { model: string; threads: number; workers: number; files: { file: string; fromCache: boolean }[] };
  code?: string;
  message?: string;
}

declare global {
  interface Window {
    outcome?: Outcome;
    wanted?: object;
  }
}

let cdn: TestCdn;
test.beforeAll(async () => {
  test.setTimeout(300_000); // the packages are built and packed
  cdn = await startCdn();
});
test.afterAll(() => cdn.close());

let site: TestServer | undefined;
test.afterEach(async () => {
  cdn.clearFaults();
  await site?.close();
});

/** The strictest policy of docs/guides/cdn.md. */
const policy = () =>
  `default-src 'none'; script-src 'self' ${cdn.url} 'wasm-unsafe-eval'; connect-src ${cdn.url}; worker-src blob:; ` +
  "img-src data:; require-trusted-types-for 'script'; trusted-types browser-reranker";

/** Opens a page with the script tag of docs/guides/cdn.md, and gives what came of ranking. */
async function visit(
  page: Page,
  { isolated = false, src = cdn.script, csp = policy(), wanted = {} } = {},
): Promise<Outcome> {
  const tag = `<script src="${src}" integrity="${cdn.integrity}" crossorigin="anonymous"></script>`;
  const files = {
    'index.html': `<!doctype html><title>A site</title><link rel="icon" href="data:,">${tag}<script src="/wanted.js"></script><script src="/site.js"></script>`,
    'wanted.js': `window.wanted = ${JSON.stringify(wanted)};`,
    'site.js': SITE,
  };
  site = await startServer({ mounts: [{ files }], isolated, csp });
  await page.goto(site.url);
  return outcomeOf(page);
}

async function outcomeOf(page: Page): Promise<Outcome> {
  await page.waitForFunction(() => window.outcome);
  return page.evaluate(() => window.outcome ?? {});
}

test('one script tag ranks under a strict policy: all from the CDN, weights in parts; a second visit downloads nothing', async ({
  page,
}) => {
  const problems = complaintsOf(page);
  const before = cdn.requests.length;
  const first = await visit(page);
  expect(first).toMatchObject({ order: [1, 0], info: { model: 'minilm-l6-rerank-en' } });
  expect(problems).toEqual([]);
  const asked = cdn.requests.slice(before);
  expect(asked.every(({ status }) => status === 200)).toBe(true);
  const path = (name: string) => cdn.packageUrl(name).slice(cdn.url.length);
  expect([...new Set(asked.map((request) => request.path))].sort()).toEqual(
    [
      `${path('browser-reranker')}/dist-script/browser-reranker.js`,
      `${path('browser-reranker')}/dist-script/worker-wasm.js`,
      `${path('onnxruntime-web')}/dist/ort-wasm-simd-threaded.wasm`,
      ...[
        'reranker.json',
        'config.json',
        'tokenizer.json',
        'tokenizer_config.json',
        'onnx/model_quantized.onnx.part1',
        'onnx/model_quantized.onnx.part2',
      ].map((file) => `${path('browser-reranker-minilm-l6-en')}/${file}`),
    ].sort(),
  );
  expect(asked).toHaveLength(9);
  // The site itself has served its page only.
  expect(site?.requests.every(({ path }) => /^\/(wanted\.js|site\.js)?$/.test(path))).toBe(true);

  await page.waitForTimeout(1000); // Cache Storage is written behind the ranking
  const afterFirst = cdn.requests.length;
  await page.reload();
  const second = await outcomeOf(page);
  expect(second.order).toEqual([1, 0]);
  expect(second.info?.files.filter(({ fromCache }) => !fromCache).map(({ file }) => file)).toEqual([
    'reranker.json',
  ]);
  expect(cdn.requests.slice(afterFirst).map((request) => request.path)).toEqual([]);
});

test('an isolated page ranks on threads', async ({ page }) => {
  const problems = complaintsOf(page);
  const { order, info } = await visit(page, { isolated: true, wanted: { threads: 2 } });
  expect(order).toEqual([1, 0]);
  expect(info).toMatchObject({ threads: 2, workers: 1 });
  expect(problems).toEqual([]);
});

test("unpkg's addresses work the same", async ({ page }) => {
  const before = cdn.requests.length;
  const { order } = await visit(page, {
    src: cdn.script.replace('/npm/', '/'),
    wanted: { model: 'minilm-l3-rerank-en' },
  });
  expect(order).toEqual([1, 0]);
  const paths = cdn.requests.slice(before).map(({ path }) => path);
  expect(paths.some((path) => path.startsWith('/npm/'))).toBe(false);
  expect(paths.some((path) => path.startsWith('/browser-reranker-minilm-l3-en@'))).toBe(true);
});

for (const [what, file, message] of [
  [
    'the runtime',
    '.wasm',
    /^The runtime could not be had: .*\.wasm is not the file it should be: its sha256 is/,
  ],
  [
    "the worker's script",
    'worker-wasm.js',
    /^The worker's script could not be had: .*not the file it should be/,
  ],
  ['the manifest', 'reranker.json', /reranker\.json is not the file it should be/],
  ['a part of the weights', '.part2', /\.part2 is not the file it should be/],
] as const)
  test(`${what} with another hash is refused by name`, async ({ page }) => {
    cdn.fault(new RegExp(`${file.replaceAll('.', '\\.')}$`), { kind: 'corrupt' });
    const { code, message: said } = await visit(page, { wanted: { retries: 0 } });
    expect(code).toBe('integrity');
    expect(said).toMatch(message);
  });

test('a package that the CDN does not have is named', async ({ page }) => {
  cdn.fault('/reranker.json', { kind: 'status', status: 404 });
  const { code, message } = await visit(page, { wanted: { retries: 0 } });
  expect(code).toBe('not-found');
  expect(message).toContain('npm install browser-reranker-minilm-l6-en');
});

for (const isolated of [false, true])
  test(`the npm build by an import map from the CDN ranks${isolated ? ' on one thread of an isolated page' : ''}`, async ({
    page,
  }) => {
    const imports = {
      'browser-reranker': `${cdn.packageUrl('browser-reranker')}/dist/index.js`,
      comlink: `${cdn.packageUrl('comlink')}/dist/esm/comlink.mjs`,
    };
    const wanted = {
      model: `${cdn.packageUrl('browser-reranker-minilm-l3-en')}/`,
      assetsUrl: `${cdn.packageUrl('browser-reranker')}/dist-script/`,
      runtimeUrl: `${cdn.packageUrl('onnxruntime-web')}/dist/`,
    };
    const main = `import * as BrowserReranker from 'browser-reranker'; window.wanted = ${JSON.stringify(wanted)}; ${SITE}`;
    const index = `<!doctype html><title>App</title><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="/main.js"></script>`;
    site = await startServer({ mounts: [{ files: { 'index.html': index, 'main.js': main } }], isolated });
    await page.goto(site.url);
    const { order, info, message } = await outcomeOf(page);
    expect(message).toBeUndefined();
    expect(order).toEqual([1, 0]);
    if (isolated) expect(info).toMatchObject({ threads: 1, workers: 1 });
  });
