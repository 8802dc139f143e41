import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packedTarballs } from '../../scripts/packed.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the pages rank: the Berlin example of the sentence-transformers documentation. */
export const BERLIN = {
  query: 'How many people live in Berlin?',
  passages: readFileSync(join(root, 'examples/berlin.txt'), 'utf8').trim().split('\n'),
};

/** The options that a page gives, by what its bundler needs; the guide has the same lines. */
export const OPTIONS = {
  /** Workers and runtime come out of the bundler, the model from the folder that `assets` wrote. */
  byItself: `{ model: 'minilm-l3-rerank-en', modelsUrl: '/browser-reranker/models/' }`,
  /** With the plugin of `browser-reranker/vite`. */
  plugin: `{ model: 'minilm-l3-rerank-en' }`,
  /** All from the folder that `assets` wrote. */
  assets: `{ model: 'minilm-l3-rerank-en', assetsUrl: '/browser-reranker/' }`,
  /** What a stranger tries first. */
  nothing: `{ model: 'minilm-l3-rerank-en' }`,
};

/** A module whose `show` ranks and says what came of it in `#result`. @param options - source text of createReranker's options */
export function showing(options: string): string {
  return `import { createReranker } from 'browser-reranker';

async function rank() {
  const reranker = await createReranker(${options});
  const ranking = await reranker.rank(${JSON.stringify(BERLIN.query)}, ${JSON.stringify(BERLIN.passages)});
  return { order: ranking.map(({ index }) => index), info: reranker.info };
}

export async function show() {
  const result = await rank().catch(({ name, code, message }) => ({ name, code, message }));
  document.querySelector('#result').textContent = JSON.stringify(result);
}
`;
}

/** The same as a program. */
export function ranking(options: string): string {
  return `${showing(options)}\nshow();\n`;
}

/** A page with that script. @param script - its tag */
export function page(script = '<script type="module" src="/main.js"></script>'): string {
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>App</title><link rel="icon" href="data:," /></head>
  <body><pre id="result"></pre>${script}</body>
</html>
`;
}

/**
 * Makes a stranger's app in a folder under `.cache/bundlers`, which is named by the bundler: writes its files, installs the packed
 * tarballs beside the bundler.
 * @param packages - the bundler, and what it needs @param files - the app's own, by path
 * @returns the folder
 */
export async function makeApp(packages: readonly string[], files: Readonly<Record<string, string>>) {
  const name = (packages[0] ?? 'none').replaceAll(/\W+/g, '-').replace(/^-/, '');
  const app = join(root, '.cache/bundlers', name);
  const { main, l3 } = await packedTarballs();
  for (const old of FORMER) rmSync(join(app, old), { recursive: true, force: true });
  write(app, 'package.json', JSON.stringify({ name: 'app', private: true, type: 'module' }));
  for (const [path, content] of Object.entries(files)) write(app, path, content);
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];
  run(app, ['npm', ...install, main, l3, ...packages]);
  return app;
}

/** What an earlier run left. */
const FORMER = ['src', 'app', 'public', 'dist', '.next'];

/** The line of the guide that puts workers, runtime and models where the app's server finds them. */
export const ASSETS = ['npx', 'browser-reranker', 'assets', 'public/browser-reranker'];

/** Runs a command in an app. @throws Error with what it said */
export function run(app: string, [program = '', ...args]: readonly string[]): string {
  return execFileSync(program, args, {
    cwd: app,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: undefined, NEXT_TELEMETRY_DISABLED: '1' },
  });
}

/** The version of a package that is installed in an app. */
export function versionOf(app: string, name: string): string {
  return (
    JSON.parse(readFileSync(join(app, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }
  ).version;
}

function write(app: string, path: string, content: string): void {
  mkdirSync(dirname(join(app, path)), { recursive: true });
  writeFileSync(join(app, path), content);
}
