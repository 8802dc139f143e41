import { liteClient } from 'algoliasearch/lite';
import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { answerQueries, type AlgoliaRecord, type SentRequest } from '../testing/fake-algolia.js';
import { FakeReranker } from '../testing/fake-reranker.js';
import { docSearchText, rerankAlgolia, type RerankAlgoliaOptions } from './algolia.js';

// Algolia's own client; its requester answers from a list in place of the network.

const records = Array.from({ length: 120 }, (_, index): AlgoliaRecord => {
  return { objectID: String(index), name: `router ${index}` };
});

let fake: FakeReranker;
let sent: SentRequest[];
beforeEach(() => {
  fake = new FakeReranker();
  sent = [];
});

function clients(options: Partial<RerankAlgoliaOptions<{ name: string }>> = {}) {
  const client = liteClient('app', 'key', {
    requester: {
      send: ({ data }) => {
        const body = JSON.parse(String(data)) as { requests: SentRequest[] };
        sent.push(...body.requests);
        const content = JSON.stringify(answerQueries(records, body));
        return Promise.resolve({ status: 200, content, isTimedOut: false });
      },
    },
    responsesCache: {
      get: (_key, value) => value(),
      set: async (_k, v) => v,
      delete: async () => {},
      clear: async () => {},
    },
    requestsCache: {
      get: (_key, value) => value(),
      set: async (_k, v) => v,
      delete: async () => {},
      clear: async () => {},
    },
  });
  const text = ({ name }: { name: string }) => name;
  return { client, reranking: rerankAlgolia(client, () => fake.reranker, { text, ...options }) };
}

const ids = (answer: { results: object[] }, index = 0) =>
  ((answer.results[index] as { hits?: AlgoliaRecord[] }).hits ?? []).map(({ objectID }) => Number(objectID));

/** The best `from` to `to` of 50 that were turned round. */
const turned = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => 49 - from - index);

describe('a client of Algolia', () => {
  it('stays a client, and is not changed itself', async () => {
    const { client, reranking } = clients();
    expectTypeOf(reranking).toEqualTypeOf(client);
    expect(reranking.appId).toBe('app');
    reranking.addAlgoliaAgent('a test');
    const requests = [{ indexName: 'docs', query: 'router', hitsPerPage: 5 }];
    expect(ids(await client.search({ requests }))).toEqual([0, 1, 2, 3, 4]);
    expect(requests[0]).toEqual({ indexName: 'docs', query: 'router', hitsPerPage: 5 });
  });

  it('asks for as many hits as are re-ranked, and shows the page that is asked for', async () => {
    const { reranking } = clients();
    const page = (page: number) =>
      reranking.search({ requests: [{ indexName: 'docs', query: 'router', hitsPerPage: 10, page }] });
    const first = await page(0);
    expect(sent.map(({ hitsPerPage, page }) => [hitsPerPage, page])).toEqual([[50, 0]]);
    expect(ids(first)).toEqual(turned(0, 10));
    expect(first.results[0]).toMatchObject({ page: 0, hitsPerPage: 10, nbHits: 120, nbPages: 12 });
    expect(ids(await page(4))).toEqual(turned(40, 50));
    expect(ids(await page(5))).toEqual([50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
    expect(sent.at(-1)).toMatchObject({ hitsPerPage: 10, page: 5 });
  });

  it('takes whole pages only, and the first page alone where its size is not known', async () => {
    const { reranking } = clients();
    await reranking.search({ requests: [{ indexName: 'docs', query: 'router', hitsPerPage: 15 }] });
    expect(sent[0]?.hitsPerPage).toBe(45);
    const unknown = { indexName: 'docs', query: 'router' };
    expect(ids(await reranking.search({ requests: [unknown] }))).toEqual([...Array(20).keys()].reverse());
    expect(ids(await reranking.search({ requests: [{ ...unknown, page: 1 }] }))[0]).toBe(20);
  });

  it('takes requests as InstantSearch sends them, several in a call', async () => {
    const { reranking } = clients();
    const answer = await reranking.search([
      { indexName: 'docs', params: { query: 'router', hitsPerPage: 10, page: 1 } },
      { indexName: 'blog', params: { query: 'router 7', hitsPerPage: 3 } },
      { indexName: 'docs', params: { query: 'router', hitsPerPage: 0 } },
    ]);
    expect(ids(answer)).toEqual(turned(10, 20));
    expect(ids(answer, 1)).toHaveLength(3);
    expect(ids(answer, 2)).toEqual([]);
    expect(fake.calls.map(({ query }) => query)).toEqual(['router', 'router 7']);
    expect(fake.mostRunning).toBe(1);
  });

  it('leaves facets, blank queries and what the visitor sorted as they are', async () => {
    const { reranking } = clients({ when: ({ indexName }) => indexName !== 'docs_by_date' });
    const answer = await reranking.search({
      requests: [
        { indexName: 'docs', type: 'facet', facet: 'kind', query: 'router' },
        { indexName: 'docs', query: '', hitsPerPage: 5 },
        { indexName: 'docs_by_date', query: 'router', hitsPerPage: 5 },
        { indexName: 'docs', query: 'router', offset: 3, length: 4 },
      ],
    });
    expect(answer.results[0]).toHaveProperty('facetHits');
    expect(ids(answer, 2)).toEqual([0, 1, 2, 3, 4]);
    expect(fake.calls).toHaveLength(0);
    expect(sent[1]).not.toHaveProperty('page');
  });

  it('a newer search ends the ranking of the one before', async () => {
    fake.delay = 50;
    const { reranking } = clients();
    const search = (query: string) =>
      reranking.search({
        requests: [
          { indexName: 'docs', query, hitsPerPage: 2 },
          { indexName: 'blog', query, hitsPerPage: 2 },
        ],
      });
    const [old, latest] = await Promise.all([search('route'), search('router')]);
    expect([ids(old), ids(old, 1)]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect([ids(latest), ids(latest, 1)]).toEqual([
      [49, 48],
      [49, 48],
    ]);
    expect(fake.mostRunning).toBe(1);
  });

  it("keeps Algolia's order where the reranker fails", async () => {
    let told = 0;
    const { reranking } = clients({ onProblem: () => told++ });
    fake.failure = new Error('no memory');
    const requests = [{ indexName: 'docs', query: 'router', hitsPerPage: 10, page: 1 }];
    expect(ids(await reranking.search({ requests }))).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(told).toBe(1);
  });

  it('refuses wrong options', () => {
    expect(() => clients({ candidates: 0 })).toThrow(/candidates/);
    expect(() => clients({ when: 1 as never })).toThrow(/when/);
  });
});

it('the text of a hit of DocSearch is its headings and its paragraph', () => {
  const hierarchy = { lvl0: 'Guide', lvl1: 'Routing', lvl2: 'Nested routes', lvl3: null };
  expect(docSearchText({ hierarchy, content: 'Routes may be nested.' })).toBe(
    'Guide. Routing. Nested routes. Routes may be nested.',
  );
  expect(docSearchText({ hierarchy, content: null })).toBe('Guide. Routing. Nested routes');
});
