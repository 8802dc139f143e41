import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { startServer } from '../scripts/hub-server.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a stranger writes. */
const MAIN = `import { createReranker } from 'browser-reranker';

const reranker = await createReranker({ model: '/models/minilm-l6-rerank-en/', device: 'wasm' });
const ranking = await reranker.rank('How many people live in Berlin?', [
  'Berlin is well known for its museums.',
  'Berlin had a population of 3,520,031 registered inhabitants.',
]);
document.body.textContent = JSON.stringify({ ranking, info: reranker.info });
`;

let app: string;
test.setTimeout(240_000);
test.beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'browser-reranker-app-'));
  const run = (command: string, args: string[], cwd: string) =>
    execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  run('npm', ['pack', '--pack-destination', app], root);
  const tarball = readdirSync(app).find((file) => file.endsWith('.tgz')) ?? '';
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  writeFileSync(
    join(app, 'index.html'),
    '<!doctype html><title>App</title><link rel="icon" href="data:,"><body><script type="module" src="/main.js"></script></body>',
  );
  writeFileSync(join(app, 'main.js'), MAIN);
  run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`, 'vite@8'], app);
  // The one line that serves the carried model.
  cpSync(join(app, 'node_modules/browser-reranker/public/models'), join(app, 'public/models'), {
    recursive: true,
  });
  run('npx', ['vite', 'build'], app);
});
test.afterAll(() => rmSync(app, { recursive: true, force: true }));

for (const isolated of [false, true]) {
  const where = isolated ? 'on threads of an isolated page' : 'on a pool of workers';
  test(`the packed tarball, built by a fresh Vite app without settings, ranks a list ${where}`, async ({
    page,
  }) => {
    const server = await startServer({ mounts: [{ dir: join(app, 'dist') }], isolated });
    try {
      await page.goto(server.url);
      await expect(page.locator('body')).toContainText('"ranking"');
      const { ranking, info } = JSON.parse(await page.locator('body').innerText()) as {
        ranking: { index: number }[];
        info: { device: string; threads: number; workers: number };
      };
      expect(ranking.map(({ index }) => index)).toEqual([1, 0]);
      // The expectations are those of a machine with two cores or more.
      expect(info).toMatchObject({ device: 'wasm', [isolated ? 'workers' : 'threads']: 1 });
      expect(info[isolated ? 'threads' : 'workers']).toBeGreaterThan(1);
      expect(server.requests.filter(({ path }) => path.endsWith('.wasm')).length).toBeGreaterThan(0);
      expect(server.requests.every(({ status }) => status < 400)).toBe(true);
    } finally {
      await server.close();
    }
  });
}

test('the tarball carries what it should, and the command runs from it', () => {
  const bin = join(app, 'node_modules/.bin/browser-reranker');
  writeFileSync(
    join(app, 'passages.txt'),
    'Berlin is well known for its museums.\nBerlin had a population of 3,520,031.\n',
  );
  const output = execFileSync(
    bin,
    ['rank', '--query', 'How many people live in Berlin?', '--passages', 'passages.txt', '--json'],
    { cwd: app, encoding: 'utf8' },
  );
  const ranking = JSON.parse(output) as { index: number; score: number; document: string }[];
  expect(ranking.map(({ index }) => index)).toEqual([1, 0]);
  expect(Object.keys(ranking[0] ?? {})).toEqual(['index', 'score', 'document']);
  const installed = readdirSync(join(app, 'node_modules/browser-reranker'), {
    recursive: true,
    encoding: 'utf8',
  });
  expect(installed).toEqual(
    expect.arrayContaining(['dist/index.d.ts', 'dist/worker/entry-wasm.js', 'LICENSE', 'README.md']),
  );
  expect(installed.filter((file) => /\.test\.|testing/.test(file))).toEqual([]);
});
