import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import type * as Library from '../src/index.js';
import type * as Remote from '../src/remote/index.js';
import type * as GpuOnly from './harness/gpu-only.js';
import type * as SearchRoom from './harness/search.js';
import type { RankedDocument, RankOptions, RerankerInfo, RerankerOptions } from '../src/index.js';
import { startServer, type Mount, type ServerOptions, type TestServer } from '../scripts/hub-server.js';

declare global {
  interface Window {
    library: typeof Library;
    gpuOnly: () => Promise<typeof GpuOnly>;
    remote: () => Promise<typeof Remote>;
    searchRoom: () => Promise<typeof SearchRoom>;
  }
}

const root = new URL('..', import.meta.url);
const folder = (path: string) => fileURLToPath(new URL(path, root));

/** The Berlin example: passages, and the query that goes with them. */
export const BERLIN = {
  query: 'How many people live in Berlin?',
  passages: readFileSync(new URL('examples/berlin.txt', root), 'utf8').trim().split('\n'),
};

/** The test page at `/`, the models that ship at `/models`, the tiny ones at `/tiny`. */
const MOUNTS: Mount[] = [
  { dir: folder('public/models'), at: '/models' },
  { dir: folder('src/testing/fixtures'), at: '/tiny' },
  { dir: folder('dist-e2e/harness') },
];

/** The strictest policy that the package works under: no scripts but the host's own, and Trusted Types. */
export const STRICT_CSP =
  "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; require-trusted-types-for 'script'; " +
  'trusted-types browser-reranker';

/** A model that loads in a moment; its scores mean nothing, but equal the reference's. */
export const TINY_MODEL = '/tiny/tiny-bert/';

/** A page that has the library, and the server it came from. */
export interface Harness {
  page: Page;
  server: TestServer;
}

/** `test` with `open`: starts a server of one's own and opens the test page on it. */
export const test = base.extend<{ open: (options?: ServerOptions) => Promise<Harness> }>({
  open: async ({ page }, use) => {
    const servers: TestServer[] = [];
    await use(async (options = {}) => {
      const server = await startServer({ ...options, mounts: [...(options.mounts ?? []), ...MOUNTS] });
      servers.push(server);
      await page.goto(`${server.url}/`);
      await page.waitForFunction(() => 'library' in window);
      return { page, server };
    });
    for (const server of servers) await server.close();
  },
});

/** Options that can cross to the page by Playwright's serialisation. */
export type PageOptions = Omit<RerankerOptions, 'fallback'>;

/** What {@link rankOnce} brings back. */
export interface Ranked {
  info: RerankerInfo;
  ranking: RankedDocument<string>[];
}

/** Creates a reranker in the page, ranks once and disposes. Rejects with the library's own message and code. */
export function rankOnce(
  page: Page,
  options: PageOptions,
  { query, passages }: { query: string; passages: string[] } = BERLIN,
  rankOptions: RankOptions<string> = {},
): Promise<Ranked> {
  return page.evaluate(
    async ([options, query, passages, rankOptions]) => {
      const reranker = await window.library.createReranker(options);
      const ranking = await reranker.rank(query, passages, rankOptions);
      const { info } = reranker;
      await reranker.dispose();
      return { info, ranking };
    },
    [options, query, passages, rankOptions] as const,
  );
}

/** Creates a reranker that is expected to fail. @returns the error as data; fails the test when it succeeds */
export function failureOf(
  page: Page,
  options: PageOptions,
): Promise<{ name: string; code: string; message: string }> {
  return page.evaluate(async (options) => {
    try {
      await window.library.createReranker(options);
    } catch (error) {
      const { name, code, message } = error as { name: string; code: string; message: string };
      return { name, code, message };
    }
    throw new Error('createReranker() was expected to fail');
  }, options);
}

/** What a page complains of, as it comes: uncaught errors and errors on the console (broken policies among them). */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}

/** Cuts the network off but for one server. */
export async function allowOnly(context: BrowserContext, origin: string): Promise<void> {
  await context.route(
    (url) => url.origin !== origin,
    (route) => route.abort(),
  );
}

export { expect };
