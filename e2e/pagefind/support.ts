import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test as base, type Page } from '@playwright/test';
import type { BrowserRerankerGlobal } from '../../src/drop-in/main.js';
import { startServer, type ServerOptions, type TestServer } from '../../scripts/hub-server.js';
import { buildPagefindSite } from './site.js';

declare global {
  interface Window {
    BrowserReranker?: BrowserRerankerGlobal;
  }
}

const root = new URL('../..', import.meta.url);
const folder = (path: string) => fileURLToPath(new URL(path, root));

/** As the README asks for it, without inline scripts and inline styles. */
export const SITE_CSP =
  "default-src 'self'; img-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'";

/** A way of using Pagefind, with how its parts are found. */
export const SURFACES = {
  module: { box: 'input[type=search]', links: '#results a' },
  'default-ui': { box: '.pagefind-ui__search-input', links: '.pagefind-ui__result-link' },
  'component-ui': { box: 'pagefind-input input', links: '.pf-results .pf-result-link' },
  searchbox: { box: 'pagefind-searchbox input', links: '.pf-searchbox-result' },
} as const;

export type Surface = keyof typeof SURFACES;

/** A model that opens in a moment; its order means nothing, but is always the same and another than Pagefind's. */
const TINY = 'data-model="/tiny/tiny-bert/"';

/** How a page of the test site is opened. */
export interface SiteOptions extends ServerOptions {
  /** Attributes of the script tag. @default the tiny model */
  tag?: string;
  /** Replaces a part of the page's source. */
  edit?: (html: string) => string;
}

/** A page of the test site, and its server. */
export interface Site {
  server: TestServer;
  /** Types like a visitor, after a click into the box. */
  type: (query: string, delay?: number) => Promise<void>;
  /** Titles of the results, as they stand. */
  titles: () => Promise<string[]>;
  /** How far the model is. */
  state: () => Promise<string | undefined>;
}

/** Everything that only a visitor who wants it may pay for. */
export const costs = (server: TestServer) =>
  server.bytes('.onnx') + server.bytes('.wasm') + server.bytes('/worker-') + server.bytes('tokenizer');

/** `test` with `open`: a page of the site that Pagefind has indexed, with the script tag. */
export const test = base.extend<
  { open: (surface: Surface, options?: SiteOptions) => Promise<Site> },
  { site: string }
>({
  site: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
    async ({}, use) => {
      execFileSync('npx', ['tsx', 'scripts/build-drop-in.ts'], {
        cwd: fileURLToPath(root),
        stdio: 'inherit',
      });
      await use(buildPagefindSite());
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  open: async ({ page, site }, use) => {
    const servers: TestServer[] = [];
    await use(async (surface, { tag = TINY, edit = (html: string) => html, ...options } = {}) => {
      const html = readFileSync(`${site}/${surface}.html`, 'utf8');
      const page0 = edit(html.replace('data-rerank="pagefind"', `data-rerank="pagefind" ${tag}`));
      const server = await startServer({
        csp: SITE_CSP,
        ...options,
        mounts: [
          ...(options.mounts ?? []),
          { files: { 'index.html': page0 } },
          { dir: site },
          { dir: folder('dist-script'), at: '/search' },
          { dir: folder('src/testing/fixtures'), at: '/tiny' },
        ],
      });
      servers.push(server);
      await page.goto(server.url);
      return describeSite(page, server, surface);
    });
    for (const server of servers) await server.close();
  },
});

function describeSite(page: Page, server: TestServer, surface: Surface): Site {
  const { box, links } = SURFACES[surface];
  return {
    server,
    type: async (query, delay = 20) => {
      await page.locator(box).click();
      await page.locator(box).pressSequentially(query, { delay });
    },
    titles: () =>
      page
        .locator(links)
        .evaluateAll((all) => all.map((link) => (link.textContent ?? '').trim().split('\n')[0] ?? '')),
    state: () => page.evaluate(() => window.BrowserReranker?.attachment?.state),
  };
}

/** Pagefind finds some pages for it by itself. */
export const QUERY = 'plot';

/** The status line. */
export const STATUS = 'browser-reranker-status';

/** The order that the page shows when nothing re-ranks it. */
export async function ownOrder(site: Site): Promise<string[]> {
  await expect.poll(async () => (await site.titles()).join().length).toBeGreaterThan(0);
  await expect.poll(site.titles).not.toContain(''); // a place that is still being filled
  return site.titles();
}
