import { readFileSync } from 'node:fs';
import { expect, rankOnce, test, type Harness, type PageOptions } from './support.js';

// A second visit without a network, with the service worker and the page's code that docs/guides/offline.md gives.

const guide = readFileSync(new URL('../docs/guides/offline.md', import.meta.url), 'utf8');

/** A piece of code of the guide, by the comment before it. */
function snippet(name: string): string {
  const code = new RegExp(`the test runs this: ${name} -->\\s+\`\`\`js\\n([^]*?)\`\`\``).exec(guide)?.[1];
  if (!code) throw new Error(`the guide has no code for ${name}`);
  return code;
}

const MOUNTS = [{ files: { 'sw.js': snippet('sw.js') } }];

/** Loads the page with its service worker and ranks, then again with the network cut off. */
async function visitTwice({ page, server }: Harness, options: PageOptions) {
  await page.evaluate(`(async () => {${snippet('page')}})()`);
  const online = await rankOnce(page, options);
  server.fault(/./, { kind: 'reset' });
  await page.context().setOffline(true);
  await page.reload();
  await page.waitForFunction(() => 'library' in window);
  return { online, offline: await rankOnce(page, options) };
}

test('a second visit ranks with the network off, model and runtime included', async ({ open }) => {
  const harness = await open({ mounts: MOUNTS });
  const options = { model: 'minilm-l6-rerank-en', device: 'wasm' } as const;
  const { online, offline } = await visitTwice(harness, options);
  expect(offline.ranking).toEqual(online.ranking);
  expect(offline.info).toMatchObject({ model: online.info.model, revision: online.info.revision });
  expect(offline.info.files.length).toBe(online.info.files.length);
  expect(offline.info.files.filter(({ fromCache }) => !fromCache)).toEqual([]);
  // The network was off: what the package does not keep cannot be had.
  const { page, server } = harness;
  await expect(
    page.evaluate((url) => fetch(url).then(() => 'there'), `${server.url}/models/other`),
  ).rejects.toThrow();
  const kept = await page.evaluate(async () => {
    const cache = await caches.open('browser-reranker');
    return (await cache.keys()).map(({ url }) => new URL(url).pathname);
  });
  expect(kept.filter((path) => path.endsWith('.wasm'))).toHaveLength(1);
});

test('so does a model of the Hub by a branch, whose commit is remembered', async ({ open }) => {
  const tiny = { dir: new URL('../src/testing/fixtures/tiny-bert', import.meta.url).pathname };
  const harness = await open({ mounts: MOUNTS, models: { 'someone/tiny': tiny } });
  const options = { model: 'someone/tiny', hubHost: harness.server.url, device: 'wasm' } as const;
  const { online, offline } = await visitTwice(harness, options);
  expect(offline.ranking).toEqual(online.ranking);
  expect(offline.info.revision).toBe(online.info.revision);
  expect(offline.info.files.filter(({ fromCache }) => !fromCache)).toEqual([]);
});

test('a first visit without a network says so, and with cache: false nothing is kept for a second', async ({
  open,
}) => {
  const harness = await open({ mounts: MOUNTS });
  const { page } = harness;
  const options = { model: 'minilm-l6-rerank-en', device: 'wasm', cache: false, retries: 0 } as const;
  await page.evaluate(`(async () => {${snippet('page')}})()`);
  await rankOnce(page, options);
  expect(await page.evaluate(() => caches.has('browser-reranker'))).toBe(false);
  await page.context().setOffline(true);
  harness.server.fault(/./, { kind: 'reset' });
  await page.reload();
  await page.waitForFunction(() => 'library' in window);
  await expect(rankOnce(page, { ...options, cache: true })).rejects.toThrow(
    /could not be downloaded after 1 try/,
  );
});
