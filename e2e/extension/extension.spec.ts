import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, expect, test, type BrowserContext } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureChromium } from '../../scripts/chromium.js';
import { packedTarballs } from '../../scripts/packed.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
// In the repository, so that Vite and the packages' own dependencies are found; ours are those of the tarballs.
const app = join(root, '.cache/extension');

/** The example's service worker, which also tries what cannot be done there. */
const TRIES = `
import { createReranker } from 'browser-reranker';
globalThis.tryHere = () => createReranker().then(String, ({ code, message }) => ({ code, message }));
`;

let context: BrowserContext;
let profile: string;
test.setTimeout(300_000);
test.beforeAll(async () => {
  const { main, l6 } = await packedTarballs();
  rmSync(app, { recursive: true, force: true });
  cpSync(join(root, 'examples/extension'), app, { recursive: true });
  for (const [name, tarball] of Object.entries({
    'browser-reranker': main,
    'browser-reranker-minilm-l6-en': l6,
  })) {
    const installed = join(app, 'node_modules', name);
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  }
  appendFileSync(join(app, 'src/background.js'), TRIES);
  execFileSync(process.execPath, ['build.js'], { cwd: app, stdio: ['ignore', 'ignore', 'inherit'] });
  profile = mkdtempSync(join(tmpdir(), 'browser-reranker-extension-'));
  const dist = join(app, 'dist');
  context = await chromium.launchPersistentContext(profile, {
    executablePath: await ensureChromium(),
    headless: true,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [...CHROMIUM_FLAGS, `--disable-extensions-except=${dist}`, `--load-extension=${dist}`],
  });
});
test.afterAll(async () => {
  await context?.close();
  rmSync(profile, { recursive: true, force: true });
});

const serviceWorker = async () =>
  context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));

test('a page of the extension has tabs ranked by the offscreen document, under the store’s policy', async () => {
  const { host } = new URL((await serviceWorker()).url());
  for (const title of ['Ferry timetable of the island', 'How to bake rye bread at home']) {
    const tab = await context.newPage();
    await tab.goto(`data:text/html,<title>${title}</title>`);
  }
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.goto(`chrome-extension://${host}/page.html`);
  await page.getByLabel('Which tab is about').fill('recipe for a loaf with sourdough');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page.locator('li').first()).toContainText('rye bread', { timeout: 120_000 });
  await expect(page.getByRole('status')).toHaveText('');
  expect(problems).toEqual([]);
});

test('ranking in the service worker is refused with what to do instead', async () => {
  const worker = await serviceWorker();
  const tried = await worker.evaluate(() =>
    (globalThis as unknown as { tryHere: () => Promise<unknown> }).tryHere(),
  );
  expect(tried).toMatchObject({
    code: 'unsupported-environment',
    message: expect.stringMatching(/offscreen document/),
  });
});
