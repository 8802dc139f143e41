import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startServer, type TestServer } from '../scripts/hub-server.js';
import { SITES } from './index.js';
import { MODEL, SITES_FOLDER } from './install.js';
import type { Site } from './site.js';
import { terminalOrder, type RankedKey } from './terminal.js';

/** A policy without anything from elsewhere or inline. */
const CSP = {
  'default-src': "'self'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self'",
  'img-src': "'self' data:",
  'require-trusted-types-for': "'script'",
  'trusted-types': 'browser-reranker',
};

/** A score of int8 weights moves by up to this with the passages in its batch, so what is nearer may change places (docs/DESIGN.md). */
const NEAR_TIE = 0.1;

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
      const ranking = await terminalOrder(packages, site.query, candidates);
      const first = ranking.slice(0, COMPARED).map(({ key }) => key);
      expect(first).not.toEqual(candidates.slice(0, COMPARED).map(({ key }) => key));
      await expect
        .poll(async () => withNearTiesRanked((await site.shown(page)).slice(0, COMPARED), ranking), {
          timeout: 60_000,
          message: 'the order that is shown',
        })
        .toEqual(first);
      expect(heavy().length).toBeGreaterThan(0);
      await page.screenshot({ path: join(SITES_FOLDER, `${site.name}.png`) });
      expect(complaints).toEqual([]);
    });
  });
}

/** The keys that are shown; two that stand the other way round than in the ranking are exchanged where they are a near tie. */
function withNearTiesRanked(shown: readonly string[], ranking: readonly RankedKey[]): string[] {
  const left = [...ranking];
  const found = shown.map((key) => {
    const at = left.findIndex((each) => each.key === key);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  });
  return shown.map((key, place) => {
    const expected = ranking[place];
    const isNear = Math.abs((found[place]?.score ?? Infinity) - (expected?.score ?? 0)) <= NEAR_TIE;
    return expected && isNear ? expected.key : key;
  });
}

function policyOf({ csp = {} }: Site): string {
  return Object.entries({ ...CSP, ...csp })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}
