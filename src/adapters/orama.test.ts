import { create, insertMultiple, search } from '@orama/orama';
import { beforeEach, describe, expect, it } from 'vitest';
import { RerankError } from '../errors.js';
import { FakeReranker } from '../testing/fake-reranker.js';
import { rerankOrama, type RerankOramaOptions } from './orama.js';

interface Page {
  title: string;
  body: string;
  date: number;
}

const pages = Array.from({ length: 30 }, (_, index): Page => {
  return { title: `t${index}`, body: `reset ${'reset '.repeat(30 - index)}it`, date: 100 - index };
});

let fake: FakeReranker;
beforeEach(() => {
  fake = new FakeReranker();
});

async function database(options: Partial<RerankOramaOptions<Page>> = {}) {
  const schema = { title: 'string', body: 'string', date: 'number', vector: 'vector[2]' } as const;
  const plain = create({ schema });
  const plugin = rerankOrama<Page>(() => fake.reranker, { text: ({ title }) => title, ...options });
  const db = create({ schema, plugins: [plugin] });
  const documents = pages.map((page, index) => ({ ...page, vector: [1, index / 30] }));
  await insertMultiple(plain, [...documents]);
  await insertMultiple(db, [...documents]);
  return { plain, db };
}

const titles = (results: { hits: { document: { title: string } }[] }) =>
  results.hits.map(({ document }) => document.title);

describe('the plugin for Orama', () => {
  it('gives the page that was asked for, of the new order of as many hits as are re-ranked', async () => {
    const { plain, db } = await database({ candidates: 20 });
    const all = titles(await search(plain, { term: 'reset', limit: 20 }));
    const params = { term: 'reset' };
    expect(titles(await search(db, params))).toEqual([...all].reverse().slice(0, 10));
    expect(params).toEqual({ term: 'reset' });
    expect(fake.calls[0]?.texts).toEqual(all);
    const second = { term: 'reset', limit: 5, offset: 5 };
    const found = await search(db, second);
    expect(titles(found)).toEqual([...all].reverse().slice(5, 10));
    expect(found.count).toBe(30);
    expect(second).toEqual({ term: 'reset', limit: 5, offset: 5 });
  });

  it('leaves alone what lies behind the candidates, what is sorted, and a search without a term', async () => {
    const { plain, db } = await database({ candidates: 20 });
    for (const params of [
      { term: 'reset', offset: 20 },
      { term: 'reset', sortBy: { property: 'date' } },
      { term: '' },
    ]) {
      expect(titles(await search(db, { ...params }))).toEqual(titles(await search(plain, { ...params })));
    }
    expect(fake.calls).toHaveLength(0);
  });

  it('ranks hybrid and vector searches with a term, too', async () => {
    const { plain, db } = await database({ candidates: 20 });
    const vector = { value: [1, 0.2], property: 'vector' };
    const some = { term: 'reset', vector, similarity: 0 };
    const hybrid = { ...some, mode: 'hybrid' as const };
    const byVector = { ...some, mode: 'vector' as const };
    const best = (all: string[]) => all.reverse().slice(0, 10);
    expect(titles(await search(db, { ...hybrid }))).toEqual(
      best(titles(await search(plain, { ...hybrid, limit: 20 }))),
    );
    expect(titles(await search(db, { ...byVector }))).toEqual(
      best(titles(await search(plain, { ...byVector, limit: 20 }))),
    );
    expect(fake.calls).toHaveLength(2);
  });

  it('takes the same parameters twice at the same time', async () => {
    fake.delay = 20;
    const { db } = await database({ candidates: 20 });
    const params = { term: 'reset', limit: 5, offset: 10 };
    const [one, two] = await Promise.all([search(db, params), search(db, params)]);
    expect(titles(one)).toEqual(titles(two));
    expect(one.hits).toHaveLength(5);
    expect(params).toEqual({ term: 'reset', limit: 5, offset: 10 });
  });

  it('keeps the order of Orama where the reranker fails', async () => {
    const problems: RerankError[] = [];
    const { plain, db } = await database({ onProblem: (problem) => problems.push(problem) });
    fake.failure = new RerankError('run-failed', 'no memory');
    expect(titles(await search(db, { term: 'reset' }))).toEqual(
      titles(await search(plain, { term: 'reset' })),
    );
    expect(problems).toEqual([fake.failure]);
  });

  it('refuses wrong options', () => {
    expect(() => rerankOrama(fake.reranker, {} as never)).toThrow(/text/);
    expect(() => rerankOrama(fake.reranker, { text: () => '', candidates: 0 })).toThrow(/candidates/);
  });
});
