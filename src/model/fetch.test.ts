import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../scripts/hub-server.js';
import { fetchFile, type FetchOptions } from './fetch.js';

const CONTENT = new Uint8Array(200_000).map((_, index) => index % 251);

let server: TestServer;
beforeEach(async () => {
  server = await startServer({
    models: {
      'someone/model': { files: { 'model.onnx': CONTENT } },
      'someone/gated': { files: { 'model.onnx': CONTENT }, gated: true },
    },
    mounts: [
      {
        files: { 'model.onnx': CONTENT, 'index.html': '<!doctype html><title>app</title>' },
        fallback: 'index.html',
      },
    ],
  });
});
afterEach(() => server.close());

const get = (path: string, options: Partial<FetchOptions> = {}) =>
  fetchFile(server.url + path, { fetch, retries: 2, retryDelay: 5, ...options });

describe('fetchFile', () => {
  it('streams a file and tells the bytes', async () => {
    const seen: [number, number | undefined][] = [];
    const { bytes } = await get('/model.onnx', { onBytes: (loaded, total) => seen.push([loaded, total]) });
    expect(bytes).toEqual(CONTENT);
    expect(seen[0]).toEqual([0, CONTENT.length]);
    expect(seen.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
  });

  it("follows the Hub's redirect and tells where it ended", async () => {
    const { bytes, url } = await get('/someone/model/resolve/main/model.onnx');
    expect(bytes).toEqual(CONTENT);
    expect(url).toContain('/cdn/someone/model/0123456789abcdef0123456789abcdef01234567/');
  });

  it.each([
    ['a server error', { kind: 'status', status: 503, times: 2 }],
    ['too many requests', { kind: 'status', status: 429, times: 1 }],
    ['a connection reset in mid-body', { kind: 'reset', afterBytes: 50_000, times: 2 }],
  ] as const)('gets over %s', async (_, fault) => {
    server.fault('/model.onnx', fault);
    expect((await get('/model.onnx')).bytes).toEqual(CONTENT);
    expect(server.requests).toHaveLength(fault.times + 1);
  });

  it('honours Retry-After', async () => {
    server.fault('/model.onnx', { kind: 'status', status: 429, retryAfter: 1, times: 1 });
    const started = performance.now();
    await get('/model.onnx');
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  it('gives up after the retries with the reason', async () => {
    server.fault('/model.onnx', { kind: 'status', status: 500 });
    await expect(get('/model.onnx')).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(/after 3 tries: the host answered 500/) as unknown,
    });
    expect(server.requests).toHaveLength(3);
  });

  it('tells a network failure from an answer', async () => {
    await server.close();
    await expect(get('/model.onnx', { retries: 1 })).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('the network failed') as unknown,
    });
  });

  it.each([
    ['not-found', '/someone/model/resolve/main/none.onnx'],
    ['unauthorized', '/someone/gated/resolve/main/model.onnx'],
    ['unauthorized', '/someone/nobody/resolve/main/model.onnx'],
    ['unexpected-html', '/models/mine/model.onnx'],
  ])('calls it %s and does not try again (%s)', async (code, path) => {
    await expect(get(path)).rejects.toMatchObject({ code });
    expect(server.requests.filter((request) => request.path === path)).toHaveLength(1);
  });

  it('recognises a page even where the server calls it bytes', async () => {
    const asBytes: typeof fetch = async () =>
      new Response('\n<!DOCTYPE html><p>sign in</p>', {
        headers: { 'content-type': 'application/octet-stream' },
      });
    await expect(get('/model.onnx', { fetch: asBytes })).rejects.toMatchObject({ code: 'unexpected-html' });
  });

  it('refuses another size than the manifest states', async () => {
    await expect(get('/model.onnx', { expectedBytes: 123 })).rejects.toMatchObject({ code: 'integrity' });
  });

  it('stops in mid-body and between tries', async () => {
    server.fault('/model.onnx', { kind: 'drip', chunkBytes: 1000, everyMs: 10 });
    const inBody = new AbortController();
    await expect(
      get('/model.onnx', { signal: inBody.signal, onBytes: (loaded) => loaded > 0 && inBody.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    server.clearFaults();
    server.fault('/model.onnx', { kind: 'status', status: 500 });
    const started = performance.now();
    const between = get('/model.onnx', { signal: AbortSignal.timeout(100), retryDelay: 30_000 });
    await expect(between).rejects.toMatchObject({ name: 'AbortError', cause: { name: 'TimeoutError' } });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
