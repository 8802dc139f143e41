import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packedTarballs } from '../../scripts/packed.js';
import { readParity } from '../../src/testing/fixtures.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
// Outside the repository, so that nothing is found that npm has not put there.
const app = join(tmpdir(), `browser-reranker-runtimes-${process.pid}`);

/** What a stranger writes, with the reference's pairs; it must come to its end by itself. */
const PROGRAM = `
import { readFileSync } from 'node:fs';
import { createReranker, RerankError } from 'browser-reranker';

const pairs = JSON.parse(readFileSync('pairs.json', 'utf8'));
const open = () => createReranker({ model: './tiny-bert/', dtype: 'fp32', threads: 2 });
const [first, second] = await Promise.all([open(), open()]);
const logits = await Promise.all([first, second].map((reranker) => reranker.predict(pairs)));
let latest = performance.now();
let late = 0;
const timer = setInterval(() => {
  late = Math.max(late, performance.now() - latest);
  latest = performance.now();
}, 1);
const started = performance.now();
for (let i = 0; i < 5; i++) await first.predict(pairs);
const took = performance.now() - started;
clearInterval(timer);
await Promise.all([first.dispose(), second.dispose()]);

const shipped = await createReranker({ model: 'minilm-l6-rerank-en' });
const ranking = await shipped.rank('How many people live in Berlin?', [
  'Berlin is well known for its museums.',
  'Berlin had a population of 3,520,031 registered inhabitants.',
]);
await shipped.dispose();
const missing = await createReranker({ model: 'minilm-l3-rerank-en' }).catch((error) => error);
console.log(JSON.stringify({
  logits: logits.map((each) => [...each]),
  order: ranking.map(({ index }) => index),
  missing: missing instanceof RerankError && missing.message,
  late,
  took,
}));
`;

/** The runtimes, as npm has them. */
const RUNTIMES = {
  node: () => [process.execPath],
  bun: () => [join(app, 'node_modules/.bin/bun')],
  deno: () => [join(app, 'node_modules/.bin/deno'), 'run', '--allow-all'],
};

beforeAll(async () => {
  const { main, l6 } = await packedTarballs();
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', main, l6, 'bun@1', 'deno@2'];
  execFileSync('npm', install, { cwd: app, stdio: ['ignore', 'ignore', 'inherit'] });
  // Only what npm has put there as a package of its own counts.
  rmSync(join(app, 'node_modules/browser-reranker/public'), { recursive: true, force: true });
  cpSync(join(root, 'src/testing/fixtures/tiny-bert'), join(app, 'tiny-bert'), { recursive: true });
  writeFileSync(join(app, 'pairs.json'), JSON.stringify(readParity('tiny-bert').pairs));
  writeFileSync(join(app, 'program.js'), PROGRAM);
});
afterAll(() => rmSync(app, { recursive: true, force: true }));

describe.each(Object.entries(RUNTIMES))('%s', (_, command) => {
  it('gives the reference’s logits from the packed tarball, stays free meanwhile, and ends', () => {
    const [program = '', ...args] = command();
    const output = execFileSync(program, [...args, 'program.js'], {
      cwd: app,
      encoding: 'utf8',
      timeout: 240_000,
    });
    const { logits, order, missing, late, took } = JSON.parse(output) as {
      logits: number[][];
      order: number[];
      missing: string;
      late: number;
      took: number;
    };
    const { rows } = readParity('tiny-bert');
    for (const each of logits)
      for (const [index, { logit }] of rows.entries())
        expect(Math.abs((each[index] ?? NaN) - logit)).toBeLessThan(2e-4);
    expect(order).toEqual([1, 0]);
    expect(missing).toContain('npm install browser-reranker-minilm-l3-en');
    expect(late).toBeLessThan(took / 2);
    console.log(
      `${program}: 5 × ${rows.length} pairs in ${took.toFixed(0)} ms, the event loop at most ${late.toFixed(0)} ms late`,
    );
  });
});
