import { readFileSync } from 'node:fs';
import type { Reranker } from '../src/index.js';
import type { SearchSession, SearchSnapshot } from '../src/search/index.js';
import { complaintsOf, expect, test } from './support.js';

/** Passages about mountains among others, from the demo's collection. */
const PASSAGES = (
  JSON.parse(readFileSync(new URL('../demo/collection.json', import.meta.url), 'utf8')) as {
    passages: { title: string; topic: string; body: string }[];
  }
).passages
  .filter(({ topic }) => topic === 'Geography')
  .slice(0, 40)
  .map(({ title, topic, body }) => `${title}: ${topic}. ${body.slice(0, 200)}`);

/** 20 characters. */
const TYPED = 'highest peaks africa';

test('typed into, a session ranks once at a time and React shows no order of another query', async ({
  open,
}) => {
  test.setTimeout(180_000);
  const { page } = await open();
  const complaints = complaintsOf(page);
  await page.evaluate(async (passages) => {
    const { createSearchSession, showWithReact } = await window.searchRoom();
    const model = '/models/minilm-l6-rerank-en/';
    const reranker = await window.library.createReranker({ model, device: 'wasm' });
    const log = { running: 0, most: 0, begun: [] as string[] };
    const counting: typeof reranker = Object.create(reranker, {
      rank: {
        value: async (...args: Parameters<typeof reranker.rank>) => {
          log.begun.push(args[0]);
          log.most = Math.max(log.most, ++log.running);
          return reranker.rank(...args).finally(() => log.running--);
        },
      },
    });
    const search = (query: string) => {
      const words = query.toLowerCase().split(' ').filter(Boolean);
      return passages.filter((passage) => words.some((word) => passage.toLowerCase().includes(word)));
    };
    // Shorter than a key takes, so that nearly each key begins a ranking.
    const session = createSearchSession({ search, reranker: counting, debounce: 60, partial: true });
    const input = document.createElement('input');
    const list = document.createElement('div');
    document.body.append(input, list);
    const rendered = showWithReact(session, list);
    input.addEventListener('input', () => session.setQuery(input.value));
    input.focus();
    Object.assign(window, { typing: { reranker, log, session, search, rendered } });
  }, PASSAGES);

  await page.keyboard.type(TYPED, { delay: 120 });
  await expect(page.locator('ol')).toHaveAttribute('data-order', 'reranked', { timeout: 60_000 });
  await expect.poll(() => page.evaluate(() => window.typing.session.getSnapshot().query)).toBe(TYPED);
  await expect.poll(() => page.evaluate(() => window.typing.session.getSnapshot().status)).toBe('idle');

  const { log, stale, final, expected } = await page.evaluate(async (typed) => {
    const { log, session, search, rendered, reranker } = window.typing;
    const expected = (await reranker.rank(typed, search(typed))).map(({ document }) => document);
    const stale = rendered.filter(({ query, order, results }) => {
      const found = search(query);
      const same = order === 'keyword' ? String(found) === String(results) : found.length === results.length;
      return query !== '' && !(same && results.every((result) => found.includes(result)));
    });
    const final = session.getSnapshot();
    await reranker.dispose();
    return { log, stale, final, expected };
  }, TYPED);
  console.log(`${log.begun.length} rankings begun while typing, ${log.most} at once`);
  expect(log.most).toBe(1);
  expect(log.begun.length).toBeGreaterThan(1);
  expect(log.begun.at(-1)).toBe(TYPED);
  expect(stale).toEqual([]);
  expect(final).toMatchObject({ query: TYPED, order: 'reranked' });
  expect(final.results).toEqual(expected);
  expect(await page.locator('li').allInnerTexts()).toEqual(expected);
  expect(complaints).toEqual([]);
});

declare global {
  interface Window {
    typing: {
      reranker: Reranker;
      log: { running: number; most: number; begun: string[] };
      session: SearchSession<string>;
      search: (query: string) => string[];
      rendered: SearchSnapshot<string>[];
    };
  }
}
