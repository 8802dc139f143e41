import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { LFS_POINTER, startServer, type ServerOptions, type TestServer } from './hub-server.js';

const servers: TestServer[] = [];
const weights = new Uint8Array(1000).map((_, index) => index % 251);
const models = {
  'acme/ranker': { files: { 'config.json': '{"a":1}', 'onnx/model.onnx': weights }, commit: 'abc123' },
  'acme/closed': { files: {}, gated: true },
};

/** A server that ends with the test. */
async function serve(options: ServerOptions): Promise<TestServer> {
  const server = await startServer(options);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const file = '/acme/ranker/resolve/main/onnx/model.onnx';

test('a file is a redirect with the Hub’s headers, then the file', async () => {
  const { url, requests } = await serve({ models });
  const first = await fetch(url + file, { redirect: 'manual' });
  expect(first.status).toBe(302);
  expect(first.headers.get('location')).toBe('/cdn/acme/ranker/abc123/onnx/model.onnx');
  expect(first.headers.get('x-linked-size')).toBe('1000');
  expect(first.headers.get('x-linked-etag')).toMatch(/^"[0-9a-f]{64}"$/);
  expect(first.headers.get('x-repo-commit')).toBe('abc123');
  expect(first.headers.get('access-control-allow-origin')).toBe('*');

  const response = await fetch(url + file.replace('main', 'abc123'));
  expect(response.redirected).toBe(true);
  expect(response.headers.get('content-length')).toBe('1000');
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(weights);
  expect(requests.map(({ status, bytes }) => [status, bytes])).toEqual([
    [302, 0],
    [302, 0],
    [200, 1000],
  ]);
});

test('missing and gated things are refused in the Hub’s words', async () => {
  const { url } = await serve({ models });
  const ask = async (path: string) => {
    const response = await fetch(url + path);
    return [response.status, response.headers.get('x-error-code'), await response.text()];
  };
  expect(await ask('/acme/ranker/resolve/main/none.json')).toEqual([404, 'EntryNotFound', 'Entry not found']);
  expect(await ask('/acme/ranker/resolve/v9/config.json')).toEqual([
    404,
    'RevisionNotFound',
    'Invalid rev id: v9',
  ]);
  expect((await ask('/acme/closed/resolve/main/config.json')).slice(0, 2)).toEqual([401, 'GatedRepo']);
  expect((await ask('/acme/nobody/resolve/main/config.json')).slice(0, 2)).toEqual([401, 'RepoNotFound']);
  expect((await ask('/else'))[0]).toBe(404);
});

test('ranges, HEAD and preflight', async () => {
  const { url, bytes } = await serve({ models });
  const part = await fetch(url + file, { headers: { range: 'bytes=10-19' } });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 10-19/1000']);
  expect([...new Uint8Array(await part.arrayBuffer())]).toEqual([...weights.slice(10, 20)]);
  expect((await fetch(url + file, { headers: { range: 'bytes=5000-' } })).status).toBe(416);
  const head = await fetch(url + file, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '1000']);
  expect((await fetch(url + file, { method: 'OPTIONS' })).status).toBe(204);
  expect((await fetch(url + file, { method: 'POST' })).status).toBe(405);
  expect(bytes('/cdn/')).toBe(10);
});

test('statuses a number of times, with Retry-After', async () => {
  const server = await serve({ models });
  server.fault('model.onnx', { kind: 'status', status: 503, times: 2 });
  server.fault(/config/, { kind: 'status', status: 429, retryAfter: 7 });
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await fetch(server.url + file)).status);
  expect(statuses).toEqual([503, 503, 200]);
  const busy = await fetch(`${server.url}/acme/ranker/resolve/main/config.json`);
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7']);
  server.clearFaults();
  expect((await fetch(`${server.url}/acme/ranker/resolve/main/config.json`)).status).toBe(200);
});

test('spoilt bodies: reset, wrong byte, short, HTML, drip', async () => {
  const server = await serve({ models });
  const get = async () => new Uint8Array(await (await fetch(server.url + file)).arrayBuffer());
  server.fault('model.onnx', { kind: 'reset', afterBytes: 100, times: 1 });
  await expect(get()).rejects.toThrow();
  expect(server.requests.at(-1)?.bytes).toBe(100);
  server.fault('model.onnx', { kind: 'corrupt', times: 1 });
  const wrong = await get();
  expect(wrong.filter((byte, index) => byte !== weights[index]).length).toBe(1);
  server.fault('model.onnx', { kind: 'short', missing: 10, times: 1 });
  expect((await get()).length).toBe(990);
  server.fault('model.onnx', { kind: 'html', times: 1 });
  const page = await fetch(server.url + file);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  server.fault('model.onnx', { kind: 'drip', chunkBytes: 400, everyMs: 20, times: 1 });
  expect(await get()).toEqual(weights);
});

test('bodies that stall, end early without a length, are compressed, or are another file', async () => {
  const server = await serve({ models, mounts: [{ files: { 'a.txt': 'x'.repeat(5000) } }] });
  const get = async (signal?: AbortSignal) => fetch(server.url + file, { signal: signal ?? null });
  server.fault('model.onnx', { kind: 'stall', afterBytes: 100, times: 1 });
  await expect(get(AbortSignal.timeout(100)).then((response) => response.arrayBuffer())).rejects.toThrow();
  expect(server.requests.at(-1)?.bytes).toBe(100);
  server.fault('model.onnx', { kind: 'cut', afterBytes: 100, times: 1 });
  const cut = await get();
  expect(cut.headers.get('content-length')).toBeNull();
  expect((await cut.arrayBuffer()).byteLength).toBe(100);
  for (const encoding of ['gzip', 'br'] as const) {
    server.fault('a.txt', { kind: 'compress', encoding, times: 1 });
    const response = await fetch(`${server.url}/a.txt?signed=1`);
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(Number(response.headers.get('content-length'))).toBeLessThan(200);
    expect(await response.text()).toBe('x'.repeat(5000));
  }
  expect(server.requests.at(-1)).toMatchObject({ path: '/a.txt', search: '?signed=1' });
  server.fault('model.onnx', { kind: 'content', body: LFS_POINTER, times: 1 });
  expect(await (await get()).text()).toContain('git-lfs');
});

test('another status for what is missing', async () => {
  const { url } = await serve({ missing: 403 });
  expect((await fetch(`${url}/none.json`)).status).toBe(403);
});

test('a hanging path can be aborted, and close ends it', async () => {
  const server = await serve({ models });
  server.fault('model.onnx', { kind: 'hang' });
  await expect(fetch(server.url + file, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
  const hanging = fetch(server.url + file);
  hanging.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await server.close();
  await expect(hanging).rejects.toThrow();
});

test('static folders: types, index, fallback, headers, nothing outside', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'site-'));
  mkdirSync(join(dir, 'site', 'assets'), { recursive: true });
  writeFileSync(join(dir, 'secret.txt'), 'secret');
  writeFileSync(join(dir, 'site', 'index.html'), '<p>home');
  writeFileSync(join(dir, 'site', 'assets', 'a.wasm'), 'x');
  writeFileSync(join(dir, 'site', 'assets', 'a.mjs'), 'x');
  const { url } = await serve({
    models,
    isolated: true,
    csp: "script-src 'self'",
    mounts: [
      { at: '/sub', dir: join(dir, 'site') },
      { files: { 'app.html': '<p>app' }, fallback: 'app.html' },
    ],
  });
  const home = await fetch(`${url}/sub`);
  expect([home.url, await home.text()]).toEqual([`${url}/sub/`, '<p>home']);
  expect(home.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(home.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect(home.headers.get('content-security-policy')).toBe("script-src 'self'");
  expect((await fetch(`${url}/sub/assets/a.wasm`)).headers.get('content-type')).toBe('application/wasm');
  expect((await fetch(`${url}/sub/assets/a.mjs`)).headers.get('content-type')).toMatch(/^text\/javascript/);
  const etag = home.headers.get('etag') ?? '';
  expect((await fetch(`${url}/sub/`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  expect(await (await fetch(`${url}/sub/%2e%2e%2fsecret.txt`)).text()).not.toContain('secret');
  expect(await (await fetch(`${url}/any/where`)).text()).toBe('<p>app');
  // A fallback answers for what no model has, and never in place of a model's file.
  expect((await fetch(url + file)).headers.get('content-type')).toBe('application/octet-stream');
});
