import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { makeApp, run, versionOf } from './app.js';

const GUIDE = fileURLToPath(new URL('../../docs/guides/bundlers.md', import.meta.url));

test("what an app's page gets that imports only createReranker stands in the guide", async () => {
  const program =
    "import { createReranker } from 'browser-reranker';\n\nwindow.createReranker = createReranker;\n";
  const app = await makeApp(['esbuild'], { 'src/main.js': program });
  run(app, [
    'npx',
    'esbuild',
    'src/main.js',
    '--bundle',
    '--format=esm',
    '--minify',
    '--outfile=dist/main.js',
  ]);
  const kilobytes = gzipSync(readFileSync(join(app, 'dist/main.js'))).length / 1024;
  const line = `${kilobytes.toFixed(1)} KB with gzip (esbuild ${versionOf(app, 'esbuild')}, minified)`;
  const guide = readFileSync(GUIDE, 'utf8');
  const marked = /(<!-- size -->)[^]*(<!-- \/size -->)/;
  expect(guide).toMatch(marked);
  writeFileSync(GUIDE, guide.replace(marked, `$1${line}$2`));
  expect(kilobytes).toBeLessThan(32);
});
