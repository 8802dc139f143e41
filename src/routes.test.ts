import { describe, expect, it } from 'vitest';
import { listed, place, Q8_ONLY } from './testing/place.js';

// The package's own models on a page that is not at the site's root.

const MODEL = 'minilm-l6-rerank-en';
const files = listed(Q8_ONLY, 'r1');

/** A site with the models at `at`, and a page at another path. */
async function site(at: string, page: string) {
  const { server, environment, load } = await place(files, {
    mounts: [{ files, at: `${at}/models/${MODEL}` }],
  });
  environment.baseUrl = server.url + page;
  const open = (modelsUrl?: string) =>
    load({ model: MODEL, hubHost: undefined, revision: undefined, modelsUrl });
  const asked = () =>
    server.requests.map(({ path }) => path).filter((path) => path.endsWith('reranker.json'));
  return { server, environment, open, asked };
}

describe('a bundled model', () => {
  it('is found in the folders above the page, and at once on the next visit', async () => {
    const { open, asked } = await site('/app', '/app/deep/er/page');
    const { info } = await open();
    expect(info).toMatchObject({ model: 'mine', revision: 'r1' });
    expect(asked()).toEqual(
      ['/app/deep/er', '/app/deep', '/app'].map((at) => `${at}/models/${MODEL}/reranker.json`),
    );
    const before = asked().length;
    expect((await open()).info.files.filter(({ fromCache }) => !fromCache)).toHaveLength(1); // the manifest
    expect(asked().slice(before)).toEqual([`/app/models/${MODEL}/reranker.json`]);
  });

  it('is found without a network where it was found before', async () => {
    const { open, environment } = await site('', '/deep/page');
    await (await open()).dispose();
    environment.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    expect((await open()).info.files.every(({ fromCache }) => fromCache)).toBe(true);
  });

  it('is refused with the line that copies it, where it is in none of them', async () => {
    const { open, server } = await site('/elsewhere', '/deep/page');
    await expect(open()).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(
        /\/deep\/models\/minilm-l6-rerank-en\/, \S+\/models\/minilm-l6-rerank-en\/\. .*npm install browser-reranker-minilm-l6-en, then npx browser-reranker assets public\//,
      ) as string,
    });
    const asked = server.requests.length;
    expect(asked).toBe(2);
    await expect(open('/wrong/')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('npx browser-reranker assets public/') as string,
    });
    expect(server.requests.length).toBe(asked + 1);
    expect((await open('/elsewhere/models/')).info.model).toBe('mine');
  });

  it('is looked for no further where the host fails otherwise', async () => {
    const { open, server, asked } = await site('', '/deep/page');
    server.fault(/deep/, { kind: 'status', status: 500 });
    await expect(open()).rejects.toMatchObject({ code: 'download-failed' });
    expect(asked()).toHaveLength(1);
  });
});
