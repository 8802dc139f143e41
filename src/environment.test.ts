import { afterEach, describe, expect, it, vi } from 'vitest';
import { createReranker } from './reranker.js';

// The page's code where there is no page: edge runtimes and bundles for servers that leave the condition "node" out.

describe("the page's createReranker without workers", () => {
  afterEach(() => vi.unstubAllGlobals());

  it('says what to do on an edge runtime', async () => {
    await expect(createReranker()).rejects.toMatchObject({
      code: 'unsupported-environment',
      message: expect.stringMatching(/Edge runtimes .*browser-reranker\/remote/) as unknown,
    });
  });

  it('sends an extension from its service worker to an offscreen document', async () => {
    vi.stubGlobal('registration', {});
    await expect(createReranker()).rejects.toMatchObject({
      code: 'unsupported-environment',
      message: expect.stringMatching(/offscreen document/) as unknown,
    });
  });

  it('lets a fallback serve all the same', async () => {
    const info = { attempts: [] };
    const fallback = { info, predict: vi.fn(), rank: vi.fn(), dispose: vi.fn() };
    const reranker = await createReranker({ fallback: fallback as never });
    expect(reranker.info.fallbackReason).toMatch(/There is no Worker here/);
  });
});
