import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { startServer, type Mount } from '../scripts/hub-server.js';
import { packedTarballs } from '../scripts/packed.js';

/** What a stranger writes. */
const MAIN = `import { createReranker } from 'browser-reranker';

try {
  const reranker = await createReranker({ model: 'minilm-l6-rerank-en', device: 'wasm' });
  const ranking = await reranker.rank('How many people live in Berlin?', [
    'Berlin is well known for its museums.',
    'Berlin had a population of 3,520,031 registered inhabitants.',
  ]);
  document.body.textContent = JSON.stringify({ ranking, info: reranker.info });
} catch ({ code, message }) {
  document.body.textContent = JSON.stringify({ code, message });
}
`;

let app: string;
let installed: string;
test.setTimeout(240_000);
test.beforeAll(async () => {
  app = mkdtempSync(join(tmpdir(), 'browser-reranker-app-'));
  installed = join(app, 'node_modules/browser-reranker');
  const run = (command: string, args: string[]) =>
    execFileSync(command, args, { cwd: app, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  const { main, l6 } = await packedTarballs();
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  writeFileSync(
    join(app, 'index.html'),
    '<!doctype html><title>App</title><link rel="icon" href="data:,"><body><script type="module" src="/main.js"></script></body>',
  );
  writeFileSync(join(app, 'main.js'), MAIN);
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', main, l6, 'vite@8']);
  run('npx', ['vite', 'build']);
});
test.afterAll(() => rmSync(app, { recursive: true, force: true }));

/** What the app's page shows, with these models served beside it. */
async function visit(page: Page, models: Mount[], isolated = false) {
  const server = await startServer({ mounts: [...models, { dir: join(app, 'dist') }], isolated });
  try {
    await page.goto(server.url);
    await expect(page.locator('body')).toContainText('{');
    const shown: unknown = JSON.parse(await page.locator('body').innerText());
    return { shown, requests: server.requests };
  } finally {
    await server.close();
  }
}

const served = (): Mount => ({
  dir: join(app, 'node_modules/browser-reranker-minilm-l6-en'),
  at: '/models/minilm-l6-rerank-en',
});

for (const isolated of [false, true]) {
  const where = isolated ? 'on threads of an isolated page' : 'on a pool of workers';
  test(`the packed tarballs, built by a fresh Vite app without settings, rank a list ${where}`, async ({
    page,
  }) => {
    const { shown, requests } = await visit(page, [served()], isolated);
    expect(shown).toMatchObject({ ranking: [{ index: 1 }, { index: 0 }] });
    const { info } = shown as { info: { device: string; threads: number; workers: number } };
    // The expectations are those of a machine with two cores or more.
    expect(info).toMatchObject({ device: 'wasm', [isolated ? 'workers' : 'threads']: 1 });
    expect(info[isolated ? 'threads' : 'workers']).toBeGreaterThan(1);
    expect(requests.filter(({ path }) => path.endsWith('.wasm')).length).toBeGreaterThan(0);
    expect(requests.every(({ status }) => status < 400)).toBe(true);
  });
}

test('a page without the model, or with what the copy line of version 0.1 copies now, says what to do', async ({
  page,
}) => {
  const asBefore: Mount = { dir: join(installed, 'public/models'), at: '/models' };
  for (const models of [[], [asBefore]]) {
    const { shown } = await visit(page, models);
    expect(shown).toMatchObject({ code: 'not-found' });
    const { message } = shown as { message: string };
    expect(message).toContain('npm install browser-reranker-minilm-l6-en');
    expect(message).toContain('npx browser-reranker assets');
  }
});

test('the import path of version 0.1 says what to do', () => {
  const program =
    "import('browser-reranker/models/minilm-l6-rerank-en/reranker.json').catch(({ code, message }) => console.log(code, message))";
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: app,
    encoding: 'utf8',
  });
  expect(output).toMatch(/^not-found .*npm install browser-reranker-minilm-l6-en/);
});

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
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect(files).toEqual(
    expect.arrayContaining([
      'dist/index.d.ts',
      'dist/worker/entry-wasm.js',
      'dist-script/browser-reranker.js',
      'dist-script/browser-reranker.js.integrity',
      'dist-script/worker-wasm.js',
      'LICENSE',
      'README.md',
    ]),
  );
  expect(files.filter((file) => /\.test\.|testing|\.onnx|\.wasm$/.test(file))).toEqual([]);
  const sizes = files
    .map((file) => statSync(join(installed, file)))
    .map((entry) => (entry.isFile() ? entry.size : 0));
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(3_000_000);
});
