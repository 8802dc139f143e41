import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepingRuntime } from './kept-runtime.js';

/** Cache Storage as far as it is used here; the real one is in e2e/offline.spec.ts. */
function fakeCaches() {
  const stored = new Map<string, Response>();
  const put = vi.fn(async (url: string, response: Response) => {
    stored.set(url, new Response(await response.arrayBuffer(), { headers: response.headers }));
  });
  const match = async (url: string) => Promise.resolve(stored.get(url)?.clone());
  vi.stubGlobal('caches', { open: () => Promise.resolve({ put, match }) });
  return { stored, put };
}
afterEach(() => vi.unstubAllGlobals());

const keeping = (fetch: typeof globalThis.fetch) => keepingRuntime(fetch).fetch;

const WASM = 'https://site.example/runtime/ort.wasm?v=1';
const answer = (body: string, etag: string) => new Response(body, { headers: { etag } });
const offline = () => Promise.reject(new TypeError('Failed to fetch'));

describe('keepingRuntime', () => {
  it('keeps the file once, renews it when the host has another, and serves it when the network fails', async () => {
    const { put } = fakeCaches();
    for (const [body, etag, writes] of [
      ['one', 'a', 1],
      ['one', 'a', 1],
      ['two', 'b', 2],
    ] as const) {
      const { fetch, written } = keepingRuntime(() => Promise.resolve(answer(body, etag)));
      expect(await (await fetch(WASM)).text()).toBe(body);
      await written();
      expect(put).toHaveBeenCalledTimes(writes);
    }
    expect(await (await keeping(offline)(WASM)).text()).toBe('two');
    const gone = keeping(() => Promise.resolve(new Response('gateway', { status: 504 })));
    expect(await (await gone(WASM)).text()).toBe('two');
  });

  it('touches nothing else, and passes the failure on where nothing is kept', async () => {
    const { put } = fakeCaches();
    const fetch = keeping(() => Promise.resolve(answer('x', 'a')));
    await fetch('https://site.example/app.js');
    expect(put).not.toHaveBeenCalled();
    await expect(keeping(offline)(WASM)).rejects.toThrow('Failed to fetch');
    const gone = keeping(() => Promise.resolve(new Response('', { status: 404 })));
    expect((await gone(WASM)).status).toBe(404);
  });

  it('waits for no cache that never answers', async () => {
    vi.useFakeTimers();
    vi.stubGlobal('caches', {
      open: () =>
        Promise.resolve({ put: () => new Promise(() => undefined), match: () => Promise.resolve() }),
    });
    const { fetch, written } = keepingRuntime(() => Promise.resolve(answer('x', 'a')));
    await fetch(WASM);
    const done = written();
    await vi.advanceTimersByTimeAsync(5000);
    await expect(done).resolves.toBeUndefined();
    vi.useRealTimers();
  });

  it('goes on where Cache Storage is refused', async () => {
    vi.stubGlobal('caches', { open: () => Promise.reject(new DOMException('no', 'SecurityError')) });
    const fetch = keeping(() => Promise.resolve(answer('x', 'a')));
    expect(await (await fetch(WASM)).text()).toBe('x');
  });
});
