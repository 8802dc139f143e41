import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { build } from 'rolldown';
import * as page from '../index.js';
import { fixture, readParity } from '../testing/fixtures.js';
import { diskCache } from './disk-cache.js';
import * as node from './index.js';
import { installedModel } from './installed-model.js';

// Threads of a busy machine: minutes, where a quiet one takes seconds.
vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const model = fixture('tiny-bert/').href;
const open = () => node.createReranker({ model, dtype: 'fp32', threads: 1 });

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'browser-reranker-node-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("Node's entry", () => {
  it('has the names of the page’s', () => {
    expect(Object.keys(node).sort()).toEqual(Object.keys(page).sort());
  });

  it('gives the reference’s logits, two rerankers at once, and leaves the event loop free', async () => {
    const { pairs, rows, maxLength } = readParity('tiny-bert');
    const rerankers = await Promise.all([open(), open()]);
    let turns = 0;
    const timer = setInterval(() => turns++, 2);
    const answers = await Promise.all(rerankers.map((reranker) => reranker.predict(pairs)));
    clearInterval(timer);
    for (const logits of answers) {
      expect(logits).toHaveLength(rows.length);
      const worst = Math.max(...rows.map(({ logit }, index) => Math.abs(logit - (logits[index] ?? NaN))));
      expect(worst).toBeLessThan(2e-4);
    }
    expect(turns).toBeGreaterThan(3);
    expect(rerankers[0]?.info).toMatchObject({ device: 'wasm', dtype: 'fp32', threads: 1, maxLength });
    await Promise.all(rerankers.map((reranker) => reranker.dispose()));
  });

  it('says what there is in place of WebGPU', async () => {
    await expect(node.createReranker({ model, device: 'webgpu' })).rejects.toMatchObject({
      code: 'unsupported-environment',
      message: expect.stringMatching(/WebGPU is for browsers/) as unknown,
    });
  });

  it('lets the process end by itself once all is disposed', () => {
    const program = `
      import { createReranker } from './src/node/index.ts';
      const reranker = await createReranker({ model: ${JSON.stringify(model)}, dtype: 'fp32', threads: 2 });
      const [best] = await reranker.rank('how many people', ['a passage', 'another']);
      await reranker.dispose();
      console.log(typeof best.score);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
    expect(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })).toBe('number\n');
  });

  it('loads no runtime and starts no thread until it is called', () => {
    const coverage = join(folder, 'coverage');
    execFileSync(process.execPath, ['--import', 'tsx', '--eval', "import('./src/node/index.ts')"], {
      cwd: root,
      env: { ...process.env, NODE_V8_COVERAGE: coverage },
    });
    const urls = readdirSync(coverage).flatMap((file) =>
      (JSON.parse(readFileSync(join(coverage, file), 'utf8')) as { result: { url: string }[] }).result.map(
        ({ url }) => url,
      ),
    );
    expect(urls.filter((url) => url.endsWith('/src/node/index.ts'))).toHaveLength(1);
    expect(urls.filter((url) => /onnxruntime|src\/node\/thread|src\/worker\//.test(url))).toEqual([]);
  });
});

describe('a thread whose file a bundler left behind', () => {
  it('fails with the line that keeps the package whole', async () => {
    const bundle = join(folder, 'bundle');
    mkdirSync(bundle);
    const output = { file: join(bundle, 'server.mjs'), format: 'esm' } as const;
    await build({ input: join(root, 'src/node/index.ts'), platform: 'node', logLevel: 'silent', output });
    const program = `
      import { createReranker } from './server.mjs';
      await createReranker({ model: ${JSON.stringify(model)}, dtype: 'fp32' }).catch(({ code, message }) => console.log(code, message));`;
    writeFileSync(join(bundle, 'app.mjs'), program);
    const said = execFileSync(process.execPath, [join(bundle, 'app.mjs')], { encoding: 'utf8' });
    expect(said).toMatch(/^worker-failed .*serverExternalPackages: \['browser-reranker'\]/);
  });
});

describe('installedModel', () => {
  afterEach(() => vi.restoreAllMocks());

  it('finds the package from the working folder first, then the checkout’s own models', () => {
    const app = join(folder, 'app/deep');
    const installed = join(folder, 'app/node_modules/browser-reranker-minilm-l6-en');
    mkdirSync(app, { recursive: true });
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, 'package.json'), '{"name":"browser-reranker-minilm-l6-en"}');
    vi.spyOn(process, 'cwd').mockReturnValue(app);
    expect(fileURLToPath(installedModel('minilm-l6-rerank-en'))).toBe(`${installed}/`);
    expect(installedModel('minilm-l3-rerank-en')).toMatch(/\/public\/models\/minilm-l3-rerank-en\/$/);
  });

  it('prints the line that installs what is missing', () => {
    expect(() => installedModel('minilm-l9-rerank-en')).toThrow(
      expect.objectContaining({
        code: 'not-found',
        message: expect.stringContaining('npm install browser-reranker-minilm-l9-en') as unknown,
      }) as Error,
    );
  });
});

describe('diskCache', () => {
  const bytes = Uint8Array.of(1, 2, 3);

  it('keeps a file whole, in a buffer that can be handed to a thread, and takes what two write at once', async () => {
    const cache = diskCache(join(folder, 'cache'));
    await Promise.all([cache.write('https://a/b', bytes), cache.write('https://a/b', bytes)]);
    const read = await cache.read('https://a/b');
    expect(read).toEqual(bytes);
    structuredClone(read, { transfer: [read!.buffer as ArrayBuffer] });
    expect(read).toHaveLength(0);
    await cache.remove('https://a/b');
    expect(await cache.read('https://a/b')).toBeUndefined();
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  it('removes what a killed process has left, and nobody’s part of today', async () => {
    const at = join(folder, 'parts');
    mkdirSync(at);
    const part = (name: string, ageMs: number) => {
      const path = join(at, `${name}.${crypto.randomUUID()}.part`);
      writeFileSync(path, 'x');
      utimesSync(path, new Date(), new Date(Date.now() - ageMs));
    };
    part('old', 48 * 3_600_000);
    part('new', 0);
    await diskCache(at).write('https://a/c', bytes);
    expect(readdirSync(at).filter((name) => name.endsWith('.part'))).toEqual([
      expect.stringMatching(/^new\./) as string,
    ]);
  });

  it('does without a folder that cannot be written', async () => {
    const taken = join(folder, 'taken');
    writeFileSync(taken, 'a file');
    const cache = diskCache(taken);
    await cache.write('https://a/b', bytes);
    expect(await cache.read('https://a/b')).toBeUndefined();
  });
});
