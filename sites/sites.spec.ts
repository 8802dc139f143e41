import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startServer, type TestServer } from '../scripts/hub-server.js';
import { SITES } from './index.js';
import { MODEL, SITES_FOLDER } from './install.js';
import type { Site } from './site.js';
import { terminalOrder } from './terminal.js';

/** A policy without anything from elsewhere or inline. */
const CSP = {
  'default-src': "'self'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self'",
  'img-src': "'self' data:",
  'require-trusted-types-for': "'script'",
  'trusted-types': 'browser-reranker',
};

/** How many of the results are compared; more of them may be shown. */
const COMPARED = 10;

for (const site of SITES) {
  test.describe(site.name, () => {
    let server: TestServer;
    let packages: string;
    test.beforeAll(async () => {
      const built = await site.build();
      packages = built.packages;
      const model = { dir: join(packages, 'node_modules', MODEL.package), at: MODEL.path };
      server = await startServer({ mounts: [{ dir: built.dist }, model], csp: policyOf(site) });
    });
    test.afterAll(() => server.close());

    test('typed into, it shows the order that the terminal gives', async ({ page }) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.text().startsWith('browser-reranker'))
          complaints.push(message.text());
      });
      await page.goto(new URL(site.path ?? '/', server.url).href);
      const heavy = () => server.requests.filter(({ path }) => /\.wasm$|\/models\//u.test(path));
      expect(heavy()).toEqual([]); // a visitor who does not search pays nothing
      await site.type(page, site.query);
      const candidates = await site.candidates(page, site.query);
      expect(candidates.length).toBeGreaterThan(COMPARED);
      const expected = (await terminalOrder(packages, site.query, candidates)).slice(0, COMPARED);
      expect(expected).not.toEqual(candidates.slice(0, COMPARED).map(({ key }) => key));
      await expect
        .poll(async () => (await site.shown(page)).slice(0, COMPARED), {
          timeout: 60_000,
          message: 'the order that is shown',
        })
        .toEqual(expected);
      expect(heavy().length).toBeGreaterThan(0);
      await page.screenshot({ path: join(SITES_FOLDER, `${site.name}.png`) });
      expect(complaints).toEqual([]);
    });
  });
}

function policyOf({ csp = {} }: Site): string {
  return Object.entries({ ...CSP, ...csp })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}
