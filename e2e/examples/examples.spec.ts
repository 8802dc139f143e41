import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { startCdn } from '../../scripts/cdn.js';
import { startServer } from '../../scripts/hub-server.js';
import { packedTarballs } from '../../scripts/packed.js';
import { run } from '../bundlers/app.js';
import { startDev } from '../bundlers/dev-server.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const QUESTION = 'How many people live in Berlin?';

/** Copies an example out of the repository and installs it with the packed tarballs. @returns its folder */
async function install(name: string): Promise<string> {
  const { main, l3 } = await packedTarballs();
  const folder = join(root, '.cache/examples', name);
  for (const old of ['src', 'app', 'dist', '.next'])
    rmSync(join(folder, old), { recursive: true, force: true });
  cpSync(join(root, 'examples', name), folder, { recursive: true });
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];
  run(folder, ['npm', 'install', ...quiet, main, l3]);
  return folder;
}

/** Asks as a visitor does: the keyword order is there at once, then the answer is on top. */
async function ask(page: Page, url: string): Promise<void> {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto(url);
  const box = page.getByRole('searchbox');
  await expect(box).toBeVisible();
  expect(loaded.filter((each) => /\.(?:onnx|wasm)/.test(each))).toEqual([]);
  await box.pressSequentially(QUESTION, { delay: 20 });
  await expect(page.getByRole('heading').first()).toHaveText('Museums');
  await expect(page.getByRole('status')).toHaveText('idle, reranked order', { timeout: 60_000 });
  await expect(page.getByRole('heading').first()).toHaveText('Population');
}

test('html, with all but the page itself from a CDN', async ({ page }) => {
  const cdn = await startCdn();
  const folder = join(root, 'examples/html');
  const tag = readFileSync(join(folder, 'index.html'), 'utf8');
  const address = /https:\/\/[^"]+/.exec(tag)?.[0] ?? '';
  const files = {
    // The same page, from a CDN that can be reached here.
    'index.html': tag.replace(address, cdn.script),
    'search.js': readFileSync(join(folder, 'search.js'), 'utf8'),
  };
  expect(new URL(cdn.script).pathname).toBe(new URL(address).pathname);
  const server = await startServer({ mounts: [{ files }] });
  await ask(page, server.url);
  await server.close();
  await cdn.close();
});

for (const name of ['react', 'vue'])
  test(name, async ({ page }) => {
    const folder = await install(name);
    run(folder, ['npm', 'run', 'build']);
    const server = await startServer({ mounts: [{ dir: join(folder, 'dist') }] });
    await ask(page, server.url);
    await server.close();
  });

test('next', async ({ page }) => {
  const folder = await install('next');
  run(folder, ['npm', 'run', 'build']);
  const server = await startDev(folder, ['npx', 'next', 'start', '-p', 'PORT']);
  await ask(page, server.url);
  await server.close();
});

for (const name of ['ai-sdk', 'langchain'])
  test(name, async () => {
    const folder = await install(name);
    const lines = run(folder, ['npm', 'start', '--silent', '--', QUESTION]).split('\n');
    const answers = lines.filter((line) => line.includes('Berlin') && !line.includes(QUESTION));
    expect(answers).toHaveLength(2);
    expect(answers[0]).toContain('3,520,031');
  });
