import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { ASSETS, makeApp, run } from './app.js';

test('browser-reranker assets writes what there is, twice the same, and says how to get what there is not', async () => {
  const app = await makeApp([], {});
  expect(run(app, [...ASSETS, '--device', 'wasm'])).toContain("assetsUrl: '/browser-reranker/'");
  const written = readdirSync(join(app, 'public/browser-reranker'), { recursive: true, encoding: 'utf8' });
  const there = [
    'worker-wasm.js',
    'runtime/ort-wasm-simd-threaded.wasm',
    'models/minilm-l3-rerank-en/reranker.json',
  ];
  expect(written).toEqual(expect.arrayContaining(there));
  expect(written.filter((path) => /webgpu|jspi|asyncify|package\.json|README/.test(path))).toEqual([]);
  expect(run(app, [...ASSETS, '--device', 'wasm'])).toContain('(0 written, ');
  const missing = () => run(app, [...ASSETS, '--model', 'minilm-l6-rerank-en']);
  expect(missing).toThrow(/npm install browser-reranker-minilm-l6-en.*\(not-found\)/);
});
