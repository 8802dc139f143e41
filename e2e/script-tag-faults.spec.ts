import { expect, type Page } from '@playwright/test';
import { costs, ownOrder, QUERY, STATUS, test } from './pagefind/support.js';
import { complaintsOf } from './support.js';

// Whatever goes wrong, the site's own search works, the visitor sees nothing of it, and the owner has a message.

/** What the page warns its owner of. */
function warningsOf(page: Page): string[] {
  const warnings: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'warning' && message.text().startsWith('browser-reranker'))
      warnings.push(message.text());
  });
  return warnings;
}

test('a page in a language that the model does not know is left alone', async ({ page, open }) => {
  const warnings = warningsOf(page);
  const site = await open('default-ui', {
    tag: 'data-model="minilm-l3-rerank-en"',
    edit: (html) => html.replace('lang="en"', 'lang="de-CH"'),
  });
  await site.type(QUERY);
  await ownOrder(site);
  await page.waitForTimeout(500);
  expect(costs(site.server)).toBe(0);
  await expect(page.locator(STATUS)).toBeHidden();
  expect(warnings).toEqual([
    expect.stringContaining('The page is in "de-CH", and the model was trained for en.'),
  ]);
});

test('faults: a model that is not there', async ({ page, open }) => {
  const warnings = warningsOf(page);
  const site = await open('default-ui', { tag: 'data-model="/nowhere/"' });
  await site.type(QUERY);
  await ownOrder(site);
  await expect.poll(site.state).toBe('failed');
  await expect(page.locator(STATUS)).toBeHidden();
  expect(warnings).toHaveLength(1);
  expect(await site.titles()).not.toEqual([]);
});

test('faults: a device that is too slow', async ({ page, open }) => {
  const warnings = warningsOf(page);
  const site = await open('default-ui', { tag: 'data-model="/nowhere/"' });
  await page.evaluate(() => {
    const slow = { rank: () => new Promise(() => {}), dispose: async () => {} };
    window.BrowserReranker!.attach({ reranker: slow as never, patience: 300 });
  });
  await site.type(QUERY);
  const before = await ownOrder(site);
  await expect.poll(site.state).toBe('failed');
  await expect(page.locator(STATUS)).toBeHidden();
  expect(await site.titles()).toEqual(before);
  expect(warnings).toEqual([expect.stringContaining('The ranking was not done after 300 ms')]);
});

test('faults: a policy that forbids workers', async ({ page, open }) => {
  const warnings = warningsOf(page);
  const site = await open('default-ui', {
    csp: "script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'",
  });
  await site.type(QUERY);
  await ownOrder(site); // Pagefind goes on without its worker
  await expect.poll(site.state).toBe('failed');
  await expect(page.locator(STATUS)).toBeHidden();
  expect(warnings.length).toBeGreaterThan(0);
});

test('faults: a Pagefind of a version that is not known', async ({ page, open }) => {
  const warnings = warningsOf(page);
  // A later version might send its answers in another form.
  await page.route('**/pagefind-worker.js', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replaceAll('result.data=dataId', 'result.data={name:dataId}');
    await route.fulfill({ response, body });
  });
  await page.route('**/pagefind.js', async (route) => {
    const response = await route.fetch();
    const body = (await response.text())
      .replaceAll('typeof result.data==="string"', 'typeof result.data==="object"')
      .replaceAll('const dataId=result.data;', 'const dataId=result.data.name;');
    await route.fulfill({ response, body });
  });
  const site = await open('default-ui');
  await site.type(QUERY);
  await ownOrder(site);
  await expect
    .poll(() => warnings)
    .toEqual([expect.stringContaining('answers in a way that is not known here')]);
});

test('a wrong attribute is named on the console, and the search works', async ({ page, open }) => {
  const complaints = complaintsOf(page);
  const site = await open('default-ui', { tag: 'data-candidates="many"' });
  await site.type(QUERY);
  await ownOrder(site);
  expect(complaints).toEqual([
    expect.stringContaining('candidates is NaN; expected a whole number, 1 or more'),
  ]);
});
