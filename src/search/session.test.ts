import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RerankError } from '../errors.js';
import { FakeReranker } from '../testing/fake-reranker.js';
import type { SearchSessionOptions, SearchSnapshot } from './session-types.js';
import { createSearchSession } from './session.js';

const find = (query: string) => (query ? [1, 2, 3, 4].map((place) => `${query} ${place}`) : []);
const turned = (query: string) => find(query).reverse();

let fake: FakeReranker;
beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeReranker(100, 30);
});
afterEach(() => vi.useRealTimers());

const sessionOf = (options: Partial<SearchSessionOptions<string>> = {}) =>
  createSearchSession<string>({ search: find, reranker: () => fake.reranker, ...options });

/** Everything that listeners saw. */
function watch(session: ReturnType<typeof sessionOf>): SearchSnapshot<string>[] {
  const seen: SearchSnapshot<string>[] = [];
  session.subscribe((snapshot) => seen.push(snapshot));
  return seen;
}

describe('a search session', () => {
  it('shows the keyword results at once, then the new order', async () => {
    const session = sessionOf();
    const seen = watch(session);
    const final = session.search('cat');
    await vi.advanceTimersByTimeAsync(0);
    expect(session.getSnapshot()).toMatchObject({
      query: 'cat',
      results: find('cat'),
      order: 'keyword',
      status: 'waiting',
    });
    await vi.advanceTimersByTimeAsync(310);
    expect(await final).toBe(session.getSnapshot());
    expect(session.getSnapshot()).toMatchObject({
      results: turned('cat'),
      order: 'reranked',
      status: 'idle',
    });
    expect(seen.map(({ status }) => status)).toEqual(['idle', 'searching', 'waiting', 'ranking', 'idle']);
  });

  it('typed into, ranks the last query alone, once at a time, and shows no order of another', async () => {
    const session = sessionOf({ debounce: 100 }); // shorter than a key, so that each key begins a ranking
    const seen = watch(session);
    const typed = 'how to reset a router';
    for (let length = 1; length <= typed.length; length++) {
      session.setQuery(typed.slice(0, length));
      await vi.advanceTimersByTimeAsync(120);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.getSnapshot()).toMatchObject({ query: typed, results: turned(typed), order: 'reranked' });
    expect(fake.calls.length).toBeGreaterThan(10);
    expect(fake.mostRunning).toBe(1);
    expect(fake.calls.filter(({ aborted }) => !aborted)).toHaveLength(1);
    for (const { query, results, order } of seen) {
      expect(results).toEqual(order === 'reranked' ? turned(query) : find(query));
    }
  });

  it('begins no ranking before the typing pauses', async () => {
    const session = sessionOf();
    for (const query of ['c', 'ca', 'cat']) {
      session.setQuery(query);
      await vi.advanceTimersByTimeAsync(120);
    }
    expect(fake.calls).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(fake.calls.map(({ query }) => query)).toEqual(['cat']);
  });

  it('waits for a ranking that does not heed its signal before it begins the next', async () => {
    fake = new FakeReranker(100, 2_000);
    const session = sessionOf({ debounce: 0 });
    session.setQuery('one');
    await vi.advanceTimersByTimeAsync(50);
    const final = session.search('two');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fake.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await final).results).toEqual(turned('two'));
    expect(fake.mostRunning).toBe(1);
  });

  it('drops answers of the engine that come too late, and tells it', async () => {
    const signals: AbortSignal[] = [];
    const search = (query: string, { signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return new Promise<string[]>((done) =>
        setTimeout(() => done(find(query)), query === 'slow' ? 500 : 10),
      );
    };
    const session = sessionOf({ search });
    const seen = watch(session);
    const old = session.search('slow');
    const rejected = expect(old).rejects.toMatchObject({ name: 'AbortError' });
    session.setQuery('fast');
    await vi.advanceTimersByTimeAsync(2_000);
    await rejected;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(new Set(seen.map(({ query }) => query))).toEqual(new Set(['', 'fast']));
  });

  it('shows partial orders if asked for', async () => {
    const session = sessionOf({ partial: true });
    const seen = watch(session);
    session.setQuery('cat');
    await vi.advanceTimersByTimeAsync(1_000);
    const partial = seen.find(({ order }) => order === 'partial');
    expect(partial?.results).toEqual(['cat 2', 'cat 1', 'cat 3', 'cat 4']);
    expect(seen.at(-1)).toMatchObject({ order: 'reranked', results: turned('cat') });
  });

  it('leaves a list alone that the visitor sorted, and searches again when told to', async () => {
    let byDate = true;
    const search = vi.fn(find);
    const session = sessionOf({ search, when: () => !byDate });
    session.setQuery('cat');
    session.setQuery('cat');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(search).toHaveBeenCalledOnce();
    expect(session.getSnapshot()).toMatchObject({ order: 'keyword', status: 'idle', results: find('cat') });
    byDate = false;
    session.refresh();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.getSnapshot()).toMatchObject({ order: 'reranked', results: turned('cat') });
  });

  it('keeps what lies behind the candidates where it was, and topK', async () => {
    const session = sessionOf({ candidates: 2, topK: 3 });
    session.setQuery('cat');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.getSnapshot().results).toEqual(['cat 2', 'cat 1', 'cat 3']);
  });

  it('searches with fewer words if asked to, and says with which', async () => {
    const session = sessionOf({ search: (query) => (query === 'reset' ? find(query) : []), relax: true });
    session.setQuery('do reset');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.getSnapshot()).toMatchObject({ query: 'do reset', searched: 'reset', order: 'reranked' });
    expect(fake.calls[0]?.query).toBe('do reset');
  });

  it('waits for a pause before an engine that costs a request', async () => {
    const search = vi.fn(find);
    const session = sessionOf({ search, searchDebounce: 100 });
    for (const query of ['c', 'ca', 'cat']) session.setQuery(query);
    await vi.advanceTimersByTimeAsync(150);
    expect(search.mock.calls.map(([query]) => query)).toEqual(['cat']);
  });
});

describe('the reranker of a session', () => {
  it('is made at the first intent, once', async () => {
    const make = vi.fn(() => fake.reranker);
    const session = sessionOf({ reranker: make });
    session.setQuery(' ');
    await vi.advanceTimersByTimeAsync(500);
    expect(make).not.toHaveBeenCalled();
    session.prepare();
    session.setQuery('cat');
    await vi.advanceTimersByTimeAsync(500);
    expect(make).toHaveBeenCalledOnce();
  });

  it('leaves the keyword order when it cannot be loaded, says so once, and is tried again later', async () => {
    const onProblem = vi.fn();
    const make = vi.fn(() => Promise.reject(new RerankError('not-found', 'no model')));
    const session = sessionOf({ reranker: make, onProblem });
    session.prepare();
    session.setQuery('cat');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.getSnapshot()).toMatchObject({ order: 'keyword', status: 'idle', results: find('cat') });
    expect(session.getSnapshot().problem?.code).toBe('not-found');
    session.setQuery('dog');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(make).toHaveBeenCalledOnce();
    expect(onProblem).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(5_000);
    make.mockImplementation((() => Promise.resolve(fake.reranker)) as never);
    session.setQuery('fish');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.getSnapshot()).toMatchObject({ order: 'reranked', problem: undefined });
  });

  it('is given no more than patience', async () => {
    fake.delay = 60_000;
    const onProblem = vi.fn();
    const session = sessionOf({ patience: 2_000, onProblem });
    session.setQuery('cat');
    await vi.advanceTimersByTimeAsync(2_300);
    expect(session.getSnapshot()).toMatchObject({ order: 'keyword', status: 'idle' });
    expect(session.getSnapshot().problem?.code).toBe('timeout');
    expect(onProblem).toHaveBeenCalledOnce();
    expect(fake.running).toBe(0);
  });
});

describe('the store of a session', () => {
  it('gives the same snapshot until something changes, and calls a listener at once', async () => {
    const session = sessionOf();
    const { subscribe, getSnapshot } = session; // frameworks take them off
    expect(getSnapshot()).toBe(getSnapshot());
    expect(Object.isFrozen(getSnapshot())).toBe(true);
    const listener = vi.fn();
    const stop = subscribe(listener);
    expect(listener).toHaveBeenCalledExactlyOnceWith(getSnapshot());
    stop();
    session.setQuery('cat');
    expect(listener).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(getSnapshot()).toBe(getSnapshot());
  });

  it('keeps the results of the query before, under its name, when the engine throws', async () => {
    const fault = new Error('the index is gone');
    const session = sessionOf({
      search: (query) => {
        if (query === 'bad') throw fault;
        return find(query);
      },
    });
    session.setQuery('cat');
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(session.search('bad')).rejects.toBe(fault);
    expect(session.getSnapshot()).toMatchObject({ query: 'cat', asked: 'bad', status: 'idle', error: fault });
    session.setQuery('dog');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.getSnapshot()).toMatchObject({ query: 'dog', error: undefined, order: 'reranked' });
  });

  it('takes a query from a listener', async () => {
    const session = sessionOf();
    session.subscribe(({ status, query }) => {
      if (status === 'waiting' && query === 'cat') session.setQuery('dog');
    });
    session.setQuery('cat');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.getSnapshot()).toMatchObject({ query: 'dog', results: turned('dog') });
    expect(fake.calls.map(({ query }) => query)).toEqual(['dog']);
  });

  it('ends what is under way when disposed, and may be used again', async () => {
    const session = sessionOf();
    const seen = watch(session);
    session.setQuery('cat');
    await vi.advanceTimersByTimeAsync(250);
    const { length } = seen;
    session.dispose();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fake.calls[0]?.aborted).toBe(true);
    expect(seen).toHaveLength(length);
    expect(session.getSnapshot().status).toBe('idle');
    session.setQuery('cat');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(session.getSnapshot().order).toBe('reranked');
  });

  it('refuses what it cannot use', () => {
    expect(() => sessionOf({ search: undefined as never })).toThrow(/search/);
    expect(() => sessionOf({ reranker: undefined as never })).toThrow(/reranker/);
    expect(() => sessionOf({ debounce: -1 })).toThrow(/debounce/);
    expect(() => sessionOf().setQuery(5 as never)).toThrow(/query/);
  });
});
