import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { costs, ownOrder, QUERY, STATUS, SURFACES, test } from './pagefind/support.js';

// What the script tag does and leaves, on a site that Pagefind has indexed, with a tiny model: its order means nothing, but is not Pagefind's.

/** Holds the weights back until they are let go. */
async function holdWeights(page: Page): Promise<() => void> {
  let go: () => void = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route('**/*.onnx', async (route) => {
    await held;
    await route.continue();
  });
  return go;
}

/** As a browser says it that saves data. */
const saveData = (page: Page) =>
  page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));

test('nothing is loaded for a visitor who does not search, not even when the page focuses its box', async ({
  page,
  open,
}) => {
  const { server, state } = await open('module', {
    edit: (html) => html.replace('<input', '<input autofocus'),
  });
  await page.mouse.move(100, 100);
  await page.waitForTimeout(1000);
  expect(await state()).toBe('waiting');
  expect(costs(server)).toBe(0);
  expect(server.bytes('.js')).toBeLessThan(130_000); // the tag, and the page's own
});

test('results stand in the site’s own order at once, then in the new one, and a screen reader hears it', async ({
  page,
  open,
}) => {
  const go = await holdWeights(page);
  const site = await open('default-ui');
  await site.type(QUERY);
  const before = await ownOrder(site);
  await expect(page.locator(STATUS)).toContainText(/Loading better results … \d+ %/);
  await page
    .locator(SURFACES['default-ui'].box)
    .evaluate((box: HTMLInputElement) => box.setSelectionRange(3, 3));
  go();
  await expect.poll(site.titles).not.toEqual(before);
  await expect(page.locator(STATUS).getByRole('status')).toHaveText('The best results are first now.');
  await expect(page.locator(STATUS)).toContainText('Best results first');
  // The box is as the visitor left it.
  const box = page.locator(SURFACES['default-ui'].box);
  await expect(box).toHaveValue(QUERY);
  await expect(box).toBeFocused();
  expect(await box.evaluate((input: HTMLInputElement) => input.selectionStart)).toBe(3);
});

test('with Save-Data nothing is loaded for one who types, until he agrees', async ({ page, open }) => {
  await saveData(page);
  const site = await open('default-ui');
  await site.type(QUERY);
  const before = await ownOrder(site);
  await expect(page.locator(STATUS)).toContainText(
    'Put the best results first? This loads a language model once.',
  );
  await page.waitForTimeout(500);
  expect(costs(site.server)).toBe(0);
  await page.locator(STATUS).getByRole('button', { name: 'Yes' }).click();
  await expect.poll(site.titles).not.toEqual(before);
  expect(costs(site.server)).toBeGreaterThan(0);
});

test('consent: no is kept for the next page, off and on again change the order, and focus is not lost', async ({
  page,
  open,
}) => {
  const site = await open('component-ui', { tag: 'data-model="/tiny/tiny-bert/" data-consent' });
  await site.type(QUERY);
  const before = await ownOrder(site);
  await page.locator(STATUS).getByRole('button', { name: 'No' }).click();
  await expect(page.locator(STATUS)).toContainText('Results in the usual order');
  await page.reload();
  await site.type(QUERY);
  await expect.poll(site.titles).toEqual(before);
  await expect(page.locator(STATUS)).toContainText('Results in the usual order');
  expect(costs(site.server)).toBe(0);
  await page.locator(STATUS).getByRole('button', { name: 'Best results first' }).press('Enter');
  await expect.poll(site.titles).not.toEqual(before);
  const off = page.locator(STATUS).getByRole('button', { name: 'Turn off' });
  await expect(off).toBeFocused();
  await off.press('Enter');
  await expect.poll(site.titles).toEqual(before);
});

for (const surface of ['module', 'default-ui', 'component-ui'] as const) {
  test(`${surface}: an item under the pointer or with focus stays until it is left`, async ({
    page,
    open,
  }) => {
    const go = await holdWeights(page);
    const site = await open(surface);
    await site.type(QUERY);
    const before = await ownOrder(site);
    const second = page.locator(SURFACES[surface].links).nth(1);
    await second.focus();
    go();
    await expect.poll(site.state).toBe('on');
    await page.waitForTimeout(1500); // the ranking itself takes a moment
    expect(await site.titles()).toEqual(before);
    await expect(second).toBeFocused();
    await second.hover();
    await page.locator(SURFACES[surface].box).focus();
    await page.waitForTimeout(500);
    expect(await site.titles()).toEqual(before);
    await page.mouse.move(2, 2);
    await expect.poll(site.titles).not.toEqual(before);
  });
}

test('searchbox: what the arrow keys have chosen stays until the visitor types', async ({ page, open }) => {
  const go = await holdWeights(page);
  const site = await open('searchbox');
  await site.type(QUERY);
  const before = await ownOrder(site);
  await page.keyboard.press('ArrowDown');
  go();
  await expect.poll(site.state).toBe('on');
  await page.waitForTimeout(1500);
  expect(await site.titles()).toEqual(before);
});

test('typed at 120 ms a key, one ranking at a time runs, and the last query’s order stands', async ({
  page,
  open,
}) => {
  const site = await open('module', { tag: '' });
  await page.evaluate(async () => {
    const { BrowserReranker: library } = window;
    const real = await library!.createReranker({ model: '/tiny/tiny-bert/' });
    const seen = { now: 0, most: 0, last: '' };
    Object.assign(window, { seen });
    const rank = (query: string, documents: readonly string[], options: object) => {
      seen.most = Math.max(seen.most, ++seen.now);
      seen.last = query;
      return real.rank(query, documents, options).finally(() => seen.now--);
    };
    library!.attach({ reranker: { rank } as unknown as typeof real }); // only `rank` is used
  });
  await site.type('plot tomato water wa', 120);
  await expect.poll(() => page.evaluate(() => window.seen?.last)).toBe('plot tomato water wa');
  await expect.poll(() => page.evaluate(() => window.seen?.now)).toBe(0);
  expect(await page.evaluate(() => window.seen?.most)).toBe(1);
});

declare global {
  interface Window {
    seen?: { now: number; most: number; last: string };
  }
}

test('a search of the page’s own takes the session that the tag brings along', async ({ page, open }) => {
  await open('module', { tag: '' });
  const orders = await page.evaluate(async () => {
    const library = window.BrowserReranker!;
    const hits = ['Berlin has museums.', 'Berlin has 3,520,031 inhabitants.', 'Paris has a river.'];
    const session = library.createSearchSession({
      search: (query) => hits.map((text) => ({ text, query })),
      reranker: () => library.createReranker({ model: '/tiny/tiny-bert/' }),
      text: (hit) => hit.text,
    });
    const orders: string[] = [];
    session.subscribe(({ order, results }) => orders.push(`${order} ${results.length}`));
    session.prepare();
    await session.search('How many people live in Berlin?');
    return orders;
  });
  expect(orders).toContain('keyword 3');
  expect(orders.at(-1)).toBe('reranked 3');
});

test('blending by attributes: the engine’s first result may keep its place, and its own order may decide', async ({
  page,
  open,
}) => {
  const site = await open('module', { tag: 'data-model="/tiny/tiny-bert/" data-prior-weight="1"' });
  await site.type(QUERY);
  const before = await ownOrder(site);
  await expect.poll(site.state).toBe('on');
  await page.waitForTimeout(1500);
  expect(await site.titles()).toEqual(before);
  await page.evaluate(() => window.BrowserReranker!.attach({ model: '/tiny/tiny-bert/', keepFirst: 1 }));
  await page.locator(SURFACES.module.box).fill('');
  await site.type(QUERY);
  await expect.poll(site.titles).not.toEqual(before);
  expect((await site.titles())[0]).toBe(before[0]);
  expect((await site.titles()).toSorted()).toEqual(before.toSorted());
});

test('the tag may run again, and attach may take its place, on a page that has searched', async ({
  page,
  open,
}) => {
  const site = await open('default-ui');
  await site.type(QUERY);
  const before = await ownOrder(site);
  await expect.poll(site.titles).not.toEqual(before);
  const best = await site.titles();
  await page.evaluate(async () => {
    const again = document.createElement('script');
    const tag = document.querySelector<HTMLScriptElement>('script[data-rerank]')!;
    Object.assign(again.dataset, tag.dataset);
    again.src = tag.src;
    const loaded = new Promise((done) => again.addEventListener('load', done));
    document.head.append(again);
    await loaded;
    window.BrowserReranker!.attach({ model: '/tiny/tiny-bert/', status: 'main' });
  });
  await page.locator(SURFACES['default-ui'].box).fill('');
  await site.type(QUERY);
  await expect.poll(site.titles).toEqual(best);
  await expect(page.locator(`main > ${STATUS}`)).toBeVisible();
  await expect(page.locator(STATUS)).toHaveCount(1);
});

test('single-page navigation, then detach', async ({ page, open }) => {
  const site = await open('default-ui');
  // As a router does it: the old page's elements go, the new page has a search of its own.
  await page.evaluate(() => {
    document.querySelector('main')!.innerHTML = '<h1>Another page</h1><div id="search"></div>';
    const { PagefindUI } = window as unknown as { PagefindUI: new (options: object) => unknown };
    new PagefindUI({ element: '#search', showImages: false });
  });
  await site.type(QUERY);
  const before = await ownOrder(site);
  await expect.poll(site.titles).not.toEqual(before);
  await expect(page.locator(STATUS)).toBeVisible();
  const loaded = costs(site.server);
  await page.evaluate(() => window.BrowserReranker!.attachment!.detach());
  await expect(page.locator(STATUS)).toHaveCount(0);
  await page.locator(SURFACES['default-ui'].box).fill('');
  await site.type(QUERY);
  await expect.poll(site.titles).toEqual(before);
  await page.waitForTimeout(1000);
  expect(await site.titles()).toEqual(before);
  expect(costs(site.server)).toBe(loaded);
});

test('Trusted Types: Pagefind has no worker there, so its module is wrapped by one line', async ({
  open,
}) => {
  const site = await open('module', {
    csp: "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; require-trusted-types-for 'script'; trusted-types browser-reranker",
    edit: (html) => html.replace('/module.js', '/wrapped-module.js'),
  });
  await site.type(QUERY);
  const before = await ownOrder(site);
  await expect.poll(site.titles).not.toEqual(before);
});

test('right to left, and on a phone: the line stands beside the box, in its own texts, without serious findings of axe', async ({
  page,
  open,
}) => {
  await saveData(page);
  await page.setViewportSize({ width: 360, height: 640 });
  const site = await open('default-ui', {
    tag: 'data-model="/tiny/tiny-bert/" data-languages="ar" data-text-ask="أفضل النتائج أولاً؟ يُحمَّل نموذج لغوي مرة واحدة." data-text-agree="نعم" data-text-decline="لا"',
    edit: (html) => html.replace('<html lang="en">', '<html lang="ar" dir="rtl">'),
  });
  await site.type(QUERY);
  await ownOrder(site);
  const line = page.locator(STATUS);
  await expect(line.getByRole('button', { name: 'نعم' })).toBeVisible();
  const box = (await line.boundingBox())!;
  const text = (await line.locator('[part=text]').boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(360);
  expect(Math.abs(text.x + text.width - (box.x + box.width))).toBeLessThan(2); // begins on the right
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const { violations } = await new AxeBuilder({ page }).include(STATUS).analyze();
  expect(violations).toEqual([]);
  await page.screenshot({ path: '.cache/e2e/script-tag-phone-rtl.png' });
});
