import FlexSearch from 'flexsearch';
import Fuse from 'fuse.js';
import lunr from 'lunr';
import MiniSearch from 'minisearch';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeReranker } from '../testing/fake-reranker.js';
import { rerankFlexSearch } from './flexsearch.js';
import { rerankFuse } from './fuse.js';
import { rerankLunr } from './lunr.js';
import { rerankMiniSearch } from './minisearch.js';

// The real engines; the fake reranker turns their order round.

interface Page {
  id: number;
  title: string;
  body: string;
}

const PAGES: Page[] = [
  { id: 1, title: 'Reset the password', body: 'How to reset a password that is lost.' },
  { id: 2, title: 'Plugins', body: 'Install plugins, and reset them.' },
  { id: 3, title: 'Backups', body: 'A reset needs a backup first.' },
  { id: 4, title: 'Themes', body: 'Colours and type.' },
];
const text = ({ title, body }: Page) => `${title}. ${body}`;
const texts = (ids: readonly unknown[]) =>
  ids.map((id) => text(PAGES.find((page) => page.id === Number(id))!));

let fake: FakeReranker;
beforeEach(() => {
  fake = new FakeReranker();
});

/** What was found, as it is without us, and what came out. */
function expectTurned(plain: readonly unknown[], found: readonly unknown[]): void {
  expect(plain.length).toBeGreaterThan(1);
  expect(found).toEqual([...plain].reverse());
  expect(fake.calls.at(-1)?.texts).toEqual(texts(plain));
}

describe('MiniSearch', () => {
  const index = new MiniSearch<Page>({ fields: ['title', 'body'], storeFields: ['title', 'body'] });
  index.addAll(PAGES);

  it('is searched as it is, in the new order', async () => {
    const search = rerankMiniSearch(index, fake.reranker, { text: (hit) => `${hit.title}. ${hit.body}` });
    const plain = index.search('rese', { prefix: true }).map(({ id }) => id as number);
    expectTurned(
      plain,
      (await search('rese', { prefix: true })).map(({ id }) => id as number),
    );
    expect(await search('rese')).toEqual([]);
  });
});

describe('Fuse', () => {
  const fuse = new Fuse(PAGES, { keys: ['title', 'body'], useTokenSearch: true });

  it('is searched as it is, in the new order', async () => {
    const search = rerankFuse(fuse, fake.reranker, { text });
    const found = await search('reset a backup', { limit: 3 });
    expectTurned(
      fuse.search('reset a backup', { limit: 3 }).map(({ item }) => item.id),
      found.map(({ item }) => item.id),
    );
  });
});

describe('Lunr', () => {
  const index = lunr(function () {
    this.ref('id');
    this.field('title');
    this.field('body');
    for (const page of PAGES) this.add(page);
  });

  it('gives each hit its document, in the new order', async () => {
    const search = rerankLunr(index, PAGES, fake.reranker, { ref: ({ id }) => id, text });
    const found = await search('reset password');
    expectTurned(
      index.search('reset password').map(({ ref }) => ref),
      found.map(({ ref }) => ref),
    );
    expect(found.map(({ document }) => document.id)).toEqual(found.map(({ ref }) => Number(ref)));
    expect(found[0]?.matchData).toBeDefined();
  });

  it('leaves out a hit whose document is not there', async () => {
    const search = rerankLunr(index, PAGES.slice(1), fake.reranker, { ref: ({ id }) => id, text });
    expect((await search('reset')).map(({ ref }) => ref).sort()).toEqual(['2', '3']);
  });
});

describe('FlexSearch', () => {
  const index = new FlexSearch.Document<Page & Record<string, string | number>>({
    document: { id: 'id', index: ['title', 'body'], store: true },
  });
  for (const page of PAGES) index.add({ ...page });

  it('is asked for merged documents, and for such as have not every word', async () => {
    const search = rerankFlexSearch(index, fake.reranker, { text });
    const merged = index.search('how to reset', { enrich: true, merge: true, suggest: true });
    const found = await search('how to reset');
    expectTurned(
      merged.map(({ id }) => id),
      found.map(({ id }) => id),
    );
    expect(found[0]?.doc.title).toBe(PAGES.find(({ id }) => id === found[0]?.id)?.title);
    const strict = index.search('how to reset', { enrich: true, merge: true });
    expect(await search('how to reset', { suggest: false })).toHaveLength(strict.length);
  });
});
