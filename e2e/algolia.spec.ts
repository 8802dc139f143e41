import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { answerQueries, type AlgoliaRecord, type SentRequest } from '../src/testing/fake-algolia.js';
import { complaintsOf, expect, test, TINY_MODEL } from './support.js';

// InstantSearch, Autocomplete and DocSearch as they are published, with Algolia's own client; only Algolia's servers are stood in for.

const TOPICS = [
  'keels',
  'sonnets',
  'glaciers',
  'bridges',
  'tides',
  'owls',
  'looms',
  'kilns',
  'maps',
  'bells',
];
const RECORDS = TOPICS.flatMap((topic, index) =>
  ['old', 'new', 'lost', 'painted'].map((kind, at): AlgoliaRecord => {
    const hierarchy = {
      lvl0: 'Handbook',
      lvl1: `Of ${kind} ${topic}`,
      lvl2: null,
      lvl3: null,
      lvl4: null,
      lvl5: null,
      lvl6: null,
    };
    const url = `https://example.org/${kind}-${topic}`;
    const name = `A handbook of ${kind} ${topic}`;
    return {
      objectID: String(index * 4 + at),
      name,
      hierarchy,
      content: null,
      type: 'lvl1',
      url,
      url_without_anchor: url,
      anchor: null,
    };
  }),
);

const file = (path: string) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

/** Puts a stand-in for Algolia's servers, and a client in the page that re-ranks what they find. */
async function prepare(page: Page): Promise<void> {
  await page.route(/algolia(net)?\.(net|com|io)/u, async (route) => {
    const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
    const body = route.request().postData();
    if (body === null || !route.request().url().includes('/queries'))
      return route.fulfill({ status: 200, headers, json: {} });
    const queries = JSON.parse(body) as { requests: SentRequest[] };
    return route.fulfill({ headers, json: answerQueries(RECORDS, queries) });
  });
  await page.evaluate(async (model) => {
    const { docSearchText, liteClient, rerankAlgolia } = await window.searchRoom();
    const reranker = await window.library.createReranker({ model, device: 'wasm', dtype: 'fp32' });
    const client = liteClient('app', 'key');
    Object.assign(window, {
      reranker,
      searchClient: rerankAlgolia(client, reranker, {
        text: (hit: Readonly<Record<string, unknown>>) => String(hit.name),
      }),
      transformSearchClient: (given: typeof client) =>
        rerankAlgolia(given, reranker, { text: docSearchText }),
    });
  }, TINY_MODEL);
}

/** The places of texts in their new order, by the reranker itself. */
function order(page: Page, query: string, texts: string[]): Promise<number[]> {
  return page.evaluate(
    async ([query, texts]) => (await window.reranker.rank(query, texts)).map(({ index }) => index),
    [query, texts] as const,
  );
}

const names = RECORDS.map(({ name }) => String(name));

test('InstantSearch shows pages of the new order', async ({ open }) => {
  const { page } = await open();
  const complaints = complaintsOf(page);
  await prepare(page);
  await page.addScriptTag({ path: file('instantsearch.js/dist/instantsearch.production.min.js') });
  await page.evaluate(() => {
    document.body.innerHTML = '<div id="box"></div><div id="hits"></div><div id="pages"></div>';
    const { instantsearch, searchClient } = window;
    const { searchBox, hits, pagination, configure } = instantsearch.widgets;
    const search = instantsearch({ indexName: 'docs', searchClient });
    const item = (hit: { name: string }) => hit.name;
    search.addWidgets([
      configure({ hitsPerPage: 5 }),
      searchBox({ container: '#box' }),
      hits({ container: '#hits', templates: { item } }),
      pagination({ container: '#pages' }),
    ]);
    search.start();
  });
  await page.locator('#box input').pressSequentially('handbook', { delay: 60 });
  const expected = (await order(page, 'handbook', names)).map((index) => names[index]);
  const items = page.locator('#hits li');
  await expect.poll(() => items.allInnerTexts()).toEqual(expected.slice(0, 5));
  await page.locator('#pages').getByText('2', { exact: true }).click();
  await expect.poll(() => items.allInnerTexts()).toEqual(expected.slice(5, 10));
  expect(complaints).toEqual([]);
});

test('Autocomplete shows the new order', async ({ open }) => {
  const { page } = await open();
  const complaints = complaintsOf(page);
  await prepare(page);
  await page.addScriptTag({ path: file('@algolia/autocomplete-js/dist/umd/index.production.js') });
  await page.evaluate(() => {
    document.body.innerHTML = '<div id="autocomplete"></div>';
    const { searchClient } = window;
    const { autocomplete, getAlgoliaResults } = window['@algolia/autocomplete-js'];
    autocomplete({
      container: '#autocomplete',
      getSources: ({ query }: { query: string }) => [
        {
          sourceId: 'docs',
          getItems: () =>
            getAlgoliaResults({
              searchClient,
              queries: [{ indexName: 'docs', params: { query, hitsPerPage: 5 } }],
            }),
          templates: { item: ({ item }: { item: { name: string } }) => item.name },
        },
      ],
    });
  });
  await page.locator('#autocomplete input').pressSequentially('handbook', { delay: 60 });
  const expected = (await order(page, 'handbook', names)).slice(0, 5).map((index) => names[index]);
  await expect.poll(() => page.locator('.aa-Item').allInnerTexts()).toEqual(expected);
  expect(complaints).toEqual([]);
});

test('DocSearch shows the new order of its 20 hits', async ({ open }) => {
  const { page } = await open();
  await prepare(page);
  await page.addScriptTag({ path: file('@docsearch/js/dist/umd/index.js') });
  await page.evaluate(() => {
    document.body.innerHTML = '<div id="docsearch"></div>';
    const { docsearch, transformSearchClient } = window;
    docsearch({
      container: '#docsearch',
      appId: 'app',
      apiKey: 'key',
      indexName: 'docs',
      transformSearchClient,
    });
  });
  await page
    .getByRole('button', { name: /search/iu })
    .first()
    .click();
  await page.getByRole('searchbox').pressSequentially('handbook', { delay: 60 });
  const titles = RECORDS.map(({ hierarchy }) => (hierarchy as { lvl1: string }).lvl1);
  const texts = titles.map((title) => `Handbook. ${title}`);
  // The hits that are re-ranked together are two pages of 20; the first is shown.
  const expected = (await order(page, 'handbook', texts)).slice(0, 20).map((index) => titles[index]);
  await expect
    .poll(async () => (await page.locator('.DocSearch-Hit-title').allInnerTexts()).slice(0, 5))
    .toEqual(expected.slice(0, 5));
});

declare global {
  // The libraries' own builds for script tags, as far as the pages above use them.
  interface Window {
    reranker: { rank: (query: string, texts: readonly string[]) => Promise<{ index: number }[]> };
    searchClient: unknown;
    transformSearchClient: unknown;
    instantsearch: ((options: object) => { addWidgets: (widgets: unknown[]) => void; start: () => void }) & {
      widgets: Record<'searchBox' | 'hits' | 'pagination' | 'configure', (options: object) => unknown>;
    };
    '@algolia/autocomplete-js': {
      autocomplete: (options: object) => void;
      getAlgoliaResults: (options: object) => unknown;
    };
    docsearch: (options: object) => void;
  }
}
