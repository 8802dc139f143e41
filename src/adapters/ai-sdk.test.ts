import { rerank } from 'ai';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { nodeEnvironment } from '../node/environment.js';
import { createRerankerIn } from '../pooled-reranker.js';
import { fixture } from '../testing/fixtures.js';
import type { Reranker } from '../types.js';
import { aiSdkReranker } from './ai-sdk.js';

// The SDK's own rerank() over a real model, tiny but with the reference's scores.

let reranker: Reranker;
beforeAll(async () => {
  reranker = await createRerankerIn(nodeEnvironment(), { model: fixture('tiny-bert/').href });
});
afterAll(() => reranker.dispose());

const QUERY = 'how many people live in berlin';
const DOCUMENTS = ['berlin has some people', 'a cat', 'paris is a city', 'the river is long'];

describe('rerank() of the AI SDK', () => {
  it("gives the reranker's own order and scores", async () => {
    const expected = await reranker.rank(QUERY, DOCUMENTS);
    for (const source of [reranker, Promise.resolve(reranker), () => reranker]) {
      const { ranking, rerankedDocuments, response } = await rerank({
        model: aiSdkReranker(source),
        query: QUERY,
        documents: DOCUMENTS,
      });
      expect(ranking).toEqual(
        expected.map(({ index, score, document }) => ({ originalIndex: index, score, document })),
      );
      expect(rerankedDocuments).toEqual(expected.map(({ document }) => document));
      expect(response.modelId).toBe(reranker.info.model);
    }
  });

  it('passes topN and the options of rank on', async () => {
    const model = aiSdkReranker(reranker, { rank: { activation: 'sigmoid' } });
    const { ranking } = await rerank({ model, query: QUERY, documents: DOCUMENTS, topN: 2 });
    const expected = await reranker.rank(QUERY, DOCUMENTS, { topK: 2, activation: 'sigmoid' });
    expect(ranking.map(({ score }) => score)).toEqual(expected.map(({ score }) => score));
  });

  it('ranks objects by their JSON, with a warning, or by a text of their own without one', async () => {
    const warn = vi.fn();
    globalThis.AI_SDK_LOG_WARNINGS = warn; // the SDK's own way to hear of them
    const documents = DOCUMENTS.map((body, id) => ({ body, id }));
    const byJson = await reranker.rank(QUERY, documents, { text: (document) => JSON.stringify(document) });
    const { ranking } = await rerank({ model: aiSdkReranker(reranker), query: QUERY, documents });
    expect(ranking.map(({ originalIndex }) => originalIndex)).toEqual(byJson.map(({ index }) => index));
    expect(ranking[0]?.document).toEqual(byJson[0]?.document);
    const warnings = [
      expect.objectContaining({ type: 'compatibility', feature: 'object documents' }) as unknown,
    ];
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ warnings }));
    warn.mockClear();
    const model = aiSdkReranker(reranker, { text: ({ body }) => body as string });
    const named = await rerank({ model, query: QUERY, documents });
    const expected = await reranker.rank(QUERY, DOCUMENTS);
    expect(named.ranking.map(({ score }) => score)).toEqual(expected.map(({ score }) => score));
    expect(warn).not.toHaveBeenCalled();
    globalThis.AI_SDK_LOG_WARNINGS = undefined;
  });

  it('does not try a refusal again', async () => {
    const rank = vi.spyOn(reranker, 'rank');
    const model = aiSdkReranker(reranker, { rank: { promptName: 'no such prompt' } });
    const failed = rerank({ model, query: QUERY, documents: DOCUMENTS });
    await expect(failed).rejects.toMatchObject({ name: 'RerankError', code: 'invalid-input' });
    expect(rank).toHaveBeenCalledOnce();
    rank.mockRestore();
  });

  it('passes an abort on', async () => {
    const rank = vi.spyOn(reranker, 'rank');
    const stop = new AbortController();
    const model = aiSdkReranker(async () => {
      stop.abort();
      return reranker;
    });
    const aborted = rerank({ model, query: QUERY, documents: DOCUMENTS, abortSignal: stop.signal });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    expect(rank.mock.calls[0]?.[2]?.signal?.aborted).toBe(true);
    expect(rank).toHaveBeenCalledOnce();
    rank.mockRestore();
  });
});
