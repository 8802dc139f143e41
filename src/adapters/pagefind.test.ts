import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startServer, type TestServer } from '../../scripts/hub-server.js';
import type { Reranker } from '../types.js';
import { rerankPagefind, type PagefindModule } from './pagefind.js';

// The real Pagefind: its binary has indexed these pages, and its module searches them in Node.
const PAGES: Record<string, string> = {
  fees: 'A plot costs 120 pounds a year, water included.',
  water: 'Water, water and water: the tap is behind plot nine.',
  leaving: 'Who gives up a plot gets the rest of the year back.',
};

/** Longest first. */
const ORDER = ['leaving', 'water', 'fees'];

let folder: string;
let server: TestServer;
let pagefindModule: PagefindModule;
let pagefind: PagefindModule;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pagefind-'));
  for (const [name, text] of Object.entries(PAGES)) {
    const html = `<html lang="en"><head><title>${name}</title></head><body><h1>${name}</h1><p>${text}</p></body></html>`;
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.html'), html);
  }
  execFileSync('npx', ['pagefind', '--site', folder], { stdio: 'pipe' });
  server = await startServer({ mounts: [{ dir: folder }] });
  const file = pathToFileURL(join(folder, 'pagefind/pagefind.js')).href;
  pagefindModule = (await import(/* @vite-ignore */ file)) as PagefindModule;
  pagefind = pagefindModule.createInstance!({ basePath: `${server.url}/pagefind/`, baseUrl: '/' });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Ranks by the length of a text, so that the order is known and another than Pagefind's. */
function longestFirst() {
  const rank = vi.fn(async (_query: string, documents: readonly string[]) =>
    documents
      .map((document, index) => ({ index, score: document.length, document }))
      .sort((a, b) => b.score - a.score),
  );
  return { rank, reranker: { rank } as unknown as Reranker }; // only `rank` is used
}

const titlesOf = async ({ results }: Awaited<ReturnType<PagefindModule['search']>>) =>
  Promise.all(results.map(async (result) => (await result.data()).meta?.title));

describe('Pagefind’s module', () => {
  it('gives its results in the new order, and everything else as it was', async () => {
    const { reranker, rank } = longestFirst();
    const wrapped = rerankPagefind(pagefind, reranker);
    const own = await pagefind.search('plot');
    const answer = await wrapped.search('plot');
    expect((await titlesOf(own)).toSorted()).toEqual(ORDER.toSorted());
    expect(await titlesOf(own)).not.toEqual(ORDER);
    expect(await titlesOf(answer)).toEqual(ORDER);
    expect(rank.mock.calls[0]?.[1]).toContain('fees\nfees. A plot costs 120 pounds a year, water included.');
    expect({ ...answer, results: [], timings: [] }).toEqual({ ...own, results: [], timings: [] });
    expect(Object.keys(wrapped).toSorted()).toEqual(Object.keys(pagefind).toSorted());
  });

  it('searches for single words where no page has them all', async () => {
    const { reranker } = longestFirst();
    expect((await pagefind.search('when do I get my plot money back')).results).toEqual([]);
    const answer = await rerankPagefind(pagefind, reranker).search('when do I get my plot money back');
    expect(await titlesOf(answer)).toContain('leaving');
    const quoted = await rerankPagefind(pagefind, reranker).search('"plot money back"');
    expect(quoted.results).toEqual([]);
  });

  it('wraps debounced searches and instances', async () => {
    const { reranker } = longestFirst();
    const wrapped = rerankPagefind(pagefind, reranker);
    const [early, late] = await Promise.all([
      wrapped.debouncedSearch?.('pl', {}, 20),
      wrapped.debouncedSearch?.('plot', {}, 20),
    ]);
    expect(early).toBeNull();
    expect(late && (await titlesOf(late))).toEqual(ORDER);
    const instance = rerankPagefind(pagefindModule, reranker).createInstance?.({
      basePath: `${server.url}/pagefind/`,
    });
    expect(instance && (await titlesOf(await instance.search('plot')))).toEqual(ORDER);
  });

  it('fetches the texts of the candidates only, and leaves those behind them', async () => {
    const { reranker, rank } = longestFirst();
    const own = await titlesOf(await pagefind.search('plot'));
    const answer = await rerankPagefind(pagefind, reranker, { candidates: 2 }).search('plot');
    expect(rank.mock.calls[0]?.[1]).toHaveLength(2);
    expect((await titlesOf(answer))[2]).toBe(own[2]);
  });

  it('leaves alone what the visitor sorts, what has no query, and what cannot be ranked', async () => {
    const { reranker, rank } = longestFirst();
    const wrapped = rerankPagefind(pagefind, reranker);
    await wrapped.search('plot', { sort: { date: 'asc' } });
    await wrapped.search(null);
    expect(rank).not.toHaveBeenCalled();
    const onProblem = vi.fn();
    const failing = rerankPagefind(pagefind, () => Promise.reject(new Error('no network')), { onProblem });
    expect(await titlesOf(await failing.search('plot'))).toEqual(
      await titlesOf(await pagefind.search('plot')),
    );
    expect(onProblem).toHaveBeenCalledOnce();
  });

  it('refuses a wrong option by its name', () => {
    const { reranker } = longestFirst();
    expect(() => rerankPagefind(pagefind, reranker, { candidates: 0 })).toThrow('candidates is 0; expected');
  });
});
