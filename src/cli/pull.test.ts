import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LFS_POINTER, startServer, type TestServer } from '../../scripts/hub-server.js';
import type { Manifest } from '../model/manifest.js';
import { createRerankerIn } from '../pooled-reranker.js';
import { fixture } from '../testing/fixtures.js';
import { thisThread } from '../testing/this-thread.js';
import type { Pair } from '../types.js';
import { pull } from './pull.js';

// A server that speaks the Hub's layout, real files, and the real engine.
vi.setConfig({ testTimeout: 240_000 });

const FILES = fileURLToPath(fixture('architectures/bert/'));
const GRAPH = 'onnx/model_quantized.onnx';
const content = readFileSync(join(FILES, GRAPH));
const sha256 = createHash('sha256').update(content).digest('hex');
const PART = `${GRAPH}.${sha256.slice(0, 12)}.part`;

let server: TestServer;
let root: string;
let dir: string;
let count = 0;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'browser-reranker-pull-'));
  server = await startServer({ models: { 'owner/tiny': { dir: FILES }, 'owner/none': { files: {} } } });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => (dir = join(root, String(count++))));
afterEach(() => server.clearFaults());

const run = (...args: string[]) => pull(['owner/tiny', dir, '--hub-host', server.url, ...args], thisThread());
const manifest = () => JSON.parse(readFileSync(join(dir, 'reranker.json'), 'utf8')) as Manifest;
const files = () =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'onnx')
    .sort();
const asked = (from: number) => server.requests.slice(from).filter(({ path }) => path.startsWith('/cdn/'));

describe('browser-reranker pull', () => {
  it('downloads what is asked for and nothing else, and states hashes, revision and logits', async () => {
    const before = server.requests.length;
    const said = await run('--dtype', 'q8,fp32');
    const pulled = ['config.json', GRAPH, 'onnx/model.onnx', 'tokenizer.json', 'tokenizer_config.json'];
    expect(files()).toEqual([...pulled, 'reranker.json'].sort());
    expect(
      asked(before)
        .map(({ path }) => path.split('/').slice(5).join('/'))
        .sort(),
    ).toEqual([...pulled].sort());
    const { files: listed, check, revision, name } = manifest();
    for (const [path, { sha256, bytes }] of Object.entries(listed)) {
      const there = readFileSync(join(dir, path));
      expect({ path, sha256, bytes }).toEqual({
        path,
        sha256: createHash('sha256').update(there).digest('hex'),
        bytes: there.length,
      });
    }
    expect(listed[GRAPH]).toMatchObject({ dtype: 'q8', devices: ['wasm'], optimize: true });
    expect({ name, revision }).toEqual({
      name: 'owner/tiny',
      revision: '0123456789abcdef0123456789abcdef01234567',
    });
    expect(check?.tolerance.fp32).toBeLessThan(0.1);
    expect(check?.tolerance.q8).toBeGreaterThan(check?.tolerance.fp32 ?? 1);
    expect(said).toMatch(/weights in (q8, fp32|fp32, q8)/);
    expect(said).toContain(`model: '/models/${dir.split('/').at(-1)}/'`);

    // The folder gives what the source gives, and is held to its logits.
    const pairs: Pair[] = [
      ['bright river market', 'a river'],
      ['winter', 'snow on the market'],
    ];
    const open = (model: string) => createRerankerIn(thisThread(), { model, dtype: 'fp32', cache: false });
    const [mine, theirs] = await Promise.all(
      [dir, FILES].map((path) => open(pathToFileURL(`${path}/`).href)),
    );
    expect(await mine?.predict(pairs)).toEqual(await theirs?.predict(pairs));
    expect(mine?.info.revision).toBe(revision);
    await Promise.all([mine?.dispose(), theirs?.dispose()]);
    writeFileSync(
      join(dir, 'reranker.json'),
      JSON.stringify({ ...manifest(), check: { ...check, logits: check?.logits.map((logit) => logit + 5) } }),
    );
    await expect(open(pathToFileURL(`${dir}/`).href)).rejects.toMatchObject({ code: 'self-check-failed' });
  });

  it('goes on with a download that broke off, by a Range request, and downloads nothing twice', async () => {
    mkdirSync(join(dir, 'onnx'), { recursive: true });
    writeFileSync(join(dir, PART), content.subarray(0, 10_000));
    let before = server.requests.length;
    await run();
    expect(asked(before).find(({ path }) => path.endsWith(GRAPH))).toMatchObject({
      range: 'bytes=10000-',
      status: 206,
      bytes: content.length - 10_000,
    });
    expect(readFileSync(join(dir, GRAPH)).equals(content)).toBe(true);
    before = server.requests.length;
    await run();
    expect(asked(before)).toEqual([]);
  });

  it('tries a broken connection again from where it broke', async () => {
    server.fault(GRAPH, { kind: 'reset', afterBytes: 8192, times: 1 });
    const before = server.requests.length;
    await run();
    const tries = asked(before).filter(({ path }) => path.endsWith(GRAPH));
    expect(tries).toHaveLength(2);
    expect(tries[1]).toMatchObject({ status: 206, range: expect.stringMatching(/^bytes=[1-9]/) as string });
    expect(readFileSync(join(dir, GRAPH)).equals(content)).toBe(true);
  });

  it('throws a part away that does not fit, and begins anew', async () => {
    mkdirSync(join(dir, 'onnx'), { recursive: true });
    writeFileSync(join(dir, PART), Buffer.alloc(10_000, 7));
    await run();
    expect(readFileSync(join(dir, GRAPH)).equals(content)).toBe(true);
    expect(files().filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('takes no broken file for a whole one', async () => {
    mkdirSync(join(dir, 'onnx'), { recursive: true });
    writeFileSync(join(dir, GRAPH), content.subarray(0, 10_000));
    await run();
    expect(readFileSync(join(dir, GRAPH)).equals(content)).toBe(true);
  });

  it.each([
    ['wrong bytes', { kind: 'corrupt' }, 'integrity'],
    ['a web page', { kind: 'html' }, 'unexpected-html'],
    ['404', { kind: 'status', status: 404 }, 'not-found'],
    ['a Git LFS pointer', { kind: 'content', body: LFS_POINTER }, 'invalid-data'],
  ] as const)('refuses %s for the weights, and leaves no manifest', async (_, fault, code) => {
    server.fault(/\.onnx$/, fault);
    await expect(run()).rejects.toMatchObject({ name: 'RerankError', code });
    expect(existsSync(join(dir, 'reranker.json'))).toBe(false);
    expect(existsSync(join(dir, GRAPH))).toBe(false);
  });

  it('keeps what has come in when the disk is full, and says what to do', async () => {
    mkdirSync(join(dir, 'onnx'), { recursive: true });
    symlinkSync('/dev/full', join(dir, PART));
    await expect(run()).rejects.toMatchObject({
      code: 'output-failed',
      message: expect.stringMatching(/ENOSPC.*free some space, and the same command goes on/) as unknown,
    });
    rmSync(join(dir, PART));
    await run();
    expect(manifest().files[GRAPH]?.sha256).toBe(sha256);
  });

  it('asks for no weights where configuration or tokenizer are not there', async () => {
    const before = server.requests.length;
    await expect(pull(['owner/none', dir, '--hub-host', server.url])).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(server.requests.slice(before).filter(({ path }) => path.endsWith('.onnx'))).toEqual([]);
  });

  it.each([
    [[], /Expected a model/],
    [['a/b', 'c', 'd'], /a folder at most/],
    [['a/b', '--dtype', 'int8'], /--dtype is "int8"; expected fp32/],
    [['minilm-l6-rerank-en'], /is an npm package/],
  ])('refuses wrong usage (%#)', async (args, message) => {
    await expect(pull(args)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(message) as unknown,
    });
  });
});
