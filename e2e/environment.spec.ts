import { expect, test, type Page } from '@playwright/test';
import { startServer, type TestServer } from '../scripts/hub-server.js';

// What the other tests rest on: the browser has the WebGPU adapter that its project promises.

let server: TestServer;

test.beforeAll(async () => {
  const files = {
    'index.html': '<!doctype html><title>empty</title>',
    'worker.js': 'navigator.gpu.requestAdapter().then((adapter) => postMessage(adapter !== null))',
  };
  server = await startServer({ mounts: [{ files }], isolated: true });
});

test.afterAll(() => server.close());

/** Whether the page and a worker of it get an adapter, and whether the page is isolated. */
async function probe(page: Page) {
  await page.goto(server.url);
  return page.evaluate(async () => ({
    isolated: crossOriginIsolated,
    page: (await navigator.gpu.requestAdapter())?.info.architecture ?? null,
    worker: await new Promise<unknown>((resolve) => {
      const worker = new Worker('/worker.js', { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data);
    }),
  }));
}

test('the software adapter is there, in the page and in a worker', async ({ page }) => {
  expect(await probe(page)).toEqual({ isolated: true, page: 'swiftshader', worker: true });
});

test('no adapter', { tag: '@no-adapter' }, async ({ page }) => {
  expect(await probe(page)).toEqual({ isolated: true, page: null, worker: false });
});
