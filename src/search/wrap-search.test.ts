import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { RerankError } from '../errors.js';
import { FakeReranker } from '../testing/fake-reranker.js';
import { wrapSearch } from './wrap-search.js';

interface Page {
  title: string;
  body: string;
}

const pages = (count: number): Page[] =>
  Array.from({ length: count }, (_, index) => ({ title: `t${index}`, body: `b${index}` }));
const text = (page: Page) => page.body;
const titles = (found: readonly Page[]) => found.map(({ title }) => title);

let fake: FakeReranker;
beforeEach(() => {
  fake = new FakeReranker();
});
afterEach(() => vi.useRealTimers());

describe('wrapSearch', () => {
  it('keeps the signature and gives the new order', async () => {
    const search = (query: string, limit = 3) => (query ? pages(limit) : []);
    const wrapped = wrapSearch(search, fake.reranker, { text });
    expectTypeOf(wrapped).toEqualTypeOf<(query: string, limit?: number) => Promise<Page[]>>();
    expect(titles(await wrapped('a query', 4))).toEqual(['t3', 't2', 't1', 't0']);
    expect(fake.calls[0]).toMatchObject({ query: 'a query', texts: ['b0', 'b1', 'b2', 'b3'] });
  });

  it('ranks the first 50, or as many as it is told, and leaves the rest behind in its order', async () => {
    const search = () => pages(52);
    const found = await wrapSearch(search, fake.reranker, { text })('q');
    expect(titles(found.slice(0, 2))).toEqual(['t49', 't48']);
    expect(titles(found.slice(-3))).toEqual(['t0', 't50', 't51']);
    const few = await wrapSearch(search, fake.reranker, { text, candidates: 2, topK: 3 })('q');
    expect(titles(few)).toEqual(['t1', 't0', 't2']);
  });

  it('takes strings and { text } without a function, and texts that are promised', async () => {
    expect(await wrapSearch(() => ['a', 'b'], fake.reranker)('q')).toEqual(['b', 'a']);
    const texts = [{ text: 'a' }, { text: 'b' }];
    expect(await wrapSearch(() => texts, fake.reranker)('q')).toEqual([...texts].reverse());
    await wrapSearch(() => pages(2), fake.reranker, { text: async (page) => `later ${page.body}` })('q');
    expect(fake.calls.at(-1)?.texts).toEqual(['later b0', 'later b1']);
  });

  it('passes on options of rank, or what a function gives for the candidates', async () => {
    const wrapped = wrapSearch(() => pages(3), fake.reranker, {
      text,
      candidates: 2,
      rank: (query, candidates) => ({ prompt: `${query}: ${candidates.length} ` }),
    });
    await wrapped('q');
    expect(fake.calls[0]?.options.prompt).toBe('q: 2 ');
    await wrapSearch(() => pages(3), fake.reranker, { text, rank: { overflow: 'window' } })('q');
    expect(fake.calls[1]?.options.overflow).toBe('window');
  });

  it("lets the engine's own scores count, and gives only what was ranked with minScore", async () => {
    const search = () => pages(4).map((page, index) => ({ ...page, score: 9 - index }));
    const found = await wrapSearch(search, fake.reranker, {
      text,
      candidates: 2,
      rank: (_query, candidates) => ({
        prior: { scores: candidates.map(({ score }) => score), weight: 0.3 },
        minScore: 0.5,
      }),
    })('q');
    expect(fake.calls[0]?.options).toMatchObject({ prior: { scores: [9, 8], weight: 0.3 }, minScore: 0.5 });
    expect(titles(found)).toEqual(['t1', 't0']);
  });

  it('asks for nothing where there is nothing to order', async () => {
    const make = vi.fn(() => fake.reranker);
    expect(await wrapSearch(() => pages(1), make, { text })('q')).toHaveLength(1);
    expect(await wrapSearch(() => pages(3), make, { text })('  ')).toHaveLength(3);
    const sorted = wrapSearch((_query: string, sort: string) => (sort ? pages(3) : []), make, {
      text,
      when: (_query, sort) => sort !== 'date',
    });
    expect(titles(await sorted('q', 'date'))).toEqual(['t0', 't1', 't2']);
    expect(make).not.toHaveBeenCalled();
    expect(titles(await sorted('q', 'best'))).toEqual(['t2', 't1', 't0']);
  });

  it('passes on what the search throws', async () => {
    const failing = wrapSearch(
      (): Page[] => {
        throw new TypeError('the index is gone');
      },
      fake.reranker,
      { text },
    );
    await expect(failing('q')).rejects.toThrow(TypeError);
  });

  it('refuses wrong options at once', () => {
    expect(() => wrapSearch(() => pages(2), fake.reranker, { text, candidates: 0 })).toThrow(/candidates/);
    expect(() => wrapSearch(() => pages(2), undefined as never, { text })).toThrow(/reranker/);
    const typo = { text, topk: 3 };
    expect(() => wrapSearch(() => pages(2), fake.reranker, typo)).toThrow(/no option "topk"/);
  });
});

describe('a reranker that fails or is slow', () => {
  it('leaves the keyword order, says so once, and is left alone for a while', async () => {
    vi.useFakeTimers();
    const onProblem = vi.fn();
    const wrapped = wrapSearch(() => pages(3), fake.reranker, { text, onProblem });
    fake.failure = new RerankError('run-failed', 'out of memory');
    expect(titles(await wrapped('one'))).toEqual(['t0', 't1', 't2']);
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(fake.failure);
    await wrapped('two');
    expect(fake.calls).toHaveLength(1); // resting
    await vi.advanceTimersByTimeAsync(5_001);
    await wrapped('three');
    expect(fake.calls).toHaveLength(2); // failed again: 10 seconds now
    await vi.advanceTimersByTimeAsync(5_001);
    await wrapped('four');
    expect(fake.calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5_001);
    fake.failure = undefined;
    expect(titles(await wrapped('five'))).toEqual(['t2', 't1', 't0']);
    expect(onProblem).toHaveBeenCalledOnce();
    fake.failure = new Error('anew');
    await wrapped('six');
    expect(onProblem).toHaveBeenCalledTimes(2);
    expect(onProblem.mock.lastCall?.[0]).toMatchObject({ code: 'run-failed', cause: fake.failure });
  });

  it('warns on the console where nobody listens', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const wrapped = wrapSearch(
      () => pages(3),
      () => Promise.reject(new Error('no model')),
      { text },
    );
    await wrapped('one');
    await wrapped('two');
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.lastCall?.[0]).toContain('no model');
    warn.mockRestore();
  });

  it('waits for patience and no longer, and ends the ranking', async () => {
    vi.useFakeTimers();
    fake.delay = 3_000;
    const onProblem = vi.fn();
    const wrapped = wrapSearch(() => pages(3), fake.reranker, { text, onProblem, patience: 1_000 });
    const found = wrapped('one');
    await vi.advanceTimersByTimeAsync(1_020);
    expect(titles(await found)).toEqual(['t0', 't1', 't2']);
    expect(fake.calls[0]?.aborted).toBe(true);
    expect(onProblem.mock.lastCall?.[0]).toMatchObject({ code: 'timeout' });
    await wrapped('two');
    expect(fake.calls).toHaveLength(1); // a device that is too slow is left alone, too
  });

  it('lets loading go on and uses it for the next query', async () => {
    vi.useFakeTimers();
    const make = vi.fn(
      () => new Promise<typeof fake.reranker>((done) => setTimeout(() => done(fake.reranker), 3_000)),
    );
    const onProblem = vi.fn();
    const wrapped = wrapSearch(() => pages(3), make, { text, onProblem, patience: 1_000 });
    const first = wrapped('one');
    await vi.advanceTimersByTimeAsync(1_001);
    expect(titles(await first)).toEqual(['t0', 't1', 't2']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(titles(await wrapped('two'))).toEqual(['t2', 't1', 't0']);
    expect(make).toHaveBeenCalledOnce();
    expect(onProblem).toHaveBeenCalledOnce();
  });

  it('makes a new one where the old one was disposed', async () => {
    vi.useFakeTimers();
    const make = vi.fn(() => fake.reranker);
    const wrapped = wrapSearch(() => pages(2), make, { text, onProblem: () => {} });
    fake.failure = new RerankError('disposed', 'gone');
    await wrapped('one');
    fake.failure = undefined;
    await vi.advanceTimersByTimeAsync(5_001);
    expect(titles(await wrapped('two'))).toEqual(['t1', 't0']);
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('names the keys of a hit without a text', async () => {
    const onProblem = vi.fn();
    expect(await wrapSearch(() => pages(2), fake.reranker, { onProblem })('q')).toHaveLength(2);
    const [problem] = onProblem.mock.lastCall as [RerankError];
    expect(problem).toMatchObject({ code: 'invalid-input' });
    expect(problem.message).toContain('title, body');
    expect(problem.message).toContain('option text');
  });
});

describe('searches at the same time', () => {
  it('with latestOnly a new one ends the one before, which gives its keyword order', async () => {
    fake.delay = 50;
    const wrapped = wrapSearch(() => pages(3), fake.reranker, { text, latestOnly: true });
    const [old, latest] = await Promise.all([wrapped('one'), wrapped('two')]);
    expect(titles(old)).toEqual(['t0', 't1', 't2']);
    expect(titles(latest)).toEqual(['t2', 't1', 't0']);
    expect(fake.mostRunning).toBe(1);
  });

  it('without, each is ranked', async () => {
    fake.delay = 20;
    const wrapped = wrapSearch(() => pages(3), fake.reranker, { text });
    for (const found of await Promise.all([wrapped('one'), wrapped('two')])) {
      expect(titles(found)).toEqual(['t2', 't1', 't0']);
    }
  });
});

describe('relax', () => {
  const library = ['reset the password of an account', 'password rules', 'install the plugin'];
  const every = (query: string) =>
    library.filter((entry) => query.split(/\s+/u).every((word) => entry.includes(word)));

  it('keeps the longest words that find something together, and ranks by the whole query', async () => {
    const search = vi.fn(every);
    const wrapped = wrapSearch(search, fake.reranker, { relax: true });
    expect(await wrapped('how do I reset my password')).toEqual(['reset the password of an account']);
    expect(search).toHaveBeenCalledTimes(7);
    expect(await wrapped('my password pleaseee')).toEqual([
      'password rules',
      'reset the password of an account',
    ]);
    expect(fake.calls[0]?.query).toBe('my password pleaseee');
  });

  it('asks once where something is found, or for one word', async () => {
    const search = vi.fn(every);
    const wrapped = wrapSearch(search, fake.reranker, { relax: true });
    await wrapped('password rules');
    await wrapped('zzz');
    expect(search).toHaveBeenCalledTimes(2);
    expect(await wrapped('zzz yyy')).toEqual([]);
  });
});
