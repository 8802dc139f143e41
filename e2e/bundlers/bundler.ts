import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { startServer } from '../../scripts/hub-server.js';
import type { RerankerInfo } from '../../src/index.js';
import { ASSETS, makeApp, run, versionOf } from './app.js';
import { startDev } from './dev-server.js';

/** A bundler, with the app that a stranger writes for it. */
export interface Bundler {
  /** Its name, with what is special about this app. */
  name: string;
  /** What is installed beside this package, the bundler itself first. */
  packages: readonly string[];
  /** The app, by path. */
  files: Readonly<Record<string, string>>;
  /** The guide's command that is run once; without this {@link ASSETS}, nothing where it is empty. */
  prepare?: readonly string[];
  /** Its development server, with `PORT` where the port belongs. */
  dev?: readonly string[];
  /** What builds the app. */
  build?: readonly string[];
  /** Where the build goes. */
  out?: string;
  /** What serves the build, where files on a plain server are not enough. */
  start?: readonly string[];
  /** What the ranking must say; without this it has the known order. */
  fails?: RegExp;
  /** The path of the pages below the server's root. */
  at?: string;
}

/** What a page says in `#result`. */
type Result = { order: number[]; info: RerankerInfo } | { name: string; code: string; message: string };

/** Defines the tests of a bundler: development server and build rank as the terminal does, on every route. */
export function testBundler(bundler: Bundler): void {
  test.describe(bundler.name, () => {
    let app: string;
    test.beforeAll(async () => {
      app = await makeApp(bundler.packages, bundler.files);
      const { prepare = ASSETS } = bundler;
      if (prepare.length > 0) run(app, prepare);
      const versions = bundler.packages
        .map((each) => each.replace(/(.)@.*$/, '$1'))
        .map((each) => `${each} ${versionOf(app, each)}`);
      console.log(`${bundler.name}: ${versions.join(', ')}`);
    });

    if (bundler.dev)
      test('development', async ({ page }) => {
        const server = await startDev(app, bundler.dev ?? []);
        try {
          await checkPages(page, server.url, bundler);
        } finally {
          await server.close();
        }
      });

    if (bundler.build)
      test('build', async ({ page }) => {
        run(app, bundler.build ?? []);
        const server = bundler.start ? await startDev(app, bundler.start) : await serve(app, bundler);
        try {
          await checkPages(page, server.url, bundler);
        } finally {
          await server.close();
        }
      });
  });
}

function serve(app: string, { out = 'dist', at = '' }: Bundler) {
  return startServer({
    mounts: [
      { dir: join(app, out), at, fallback: 'index.html' },
      { dir: join(app, 'public'), at, fallback: 'index.html' },
    ],
  });
}

async function checkPages(page: Page, url: string, { fails, at = '' }: Bundler): Promise<void> {
  for (const path of [`${at}/`, `${at}/deep/page`]) {
    await page.goto(url + path);
    await expect(page.locator('#result'), path).toHaveText(/./, { timeout: 60_000 });
    const result = JSON.parse(await page.locator('#result').innerText()) as Result;
    if (fails) expect('order' in result ? result : `${result.code}: ${result.message}`, path).toMatch(fails);
    else expect(result, path).toMatchObject({ order: knownOrder(), info: { device: 'wasm' } });
  }
}

function knownOrder(): number[] {
  return JSON.parse(process.env.KNOWN_ORDER ?? '') as number[];
}
