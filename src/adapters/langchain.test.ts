import { ContextualCompressionRetriever } from '@langchain/classic/retrievers/contextual_compression';
import { Document } from '@langchain/core/documents';
import { BaseRetriever } from '@langchain/core/retrievers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeEnvironment } from '../node/environment.js';
import { createRerankerIn } from '../pooled-reranker.js';
import { fixture } from '../testing/fixtures.js';
import type { Reranker } from '../types.js';
import { RerankerCompressor } from './langchain.js';

// A retriever of LangChain's own over a real model, tiny but with the reference's scores.

let reranker: Reranker;
beforeAll(async () => {
  reranker = await createRerankerIn(nodeEnvironment(), { model: fixture('tiny-bert/').href });
});
afterAll(() => reranker.dispose());

const QUERY = 'how many people live in berlin';
const TEXTS = ['berlin has some people', 'a cat', 'paris is a city', 'the river is long'];

/** A keyword search that finds everything. */
class Everything extends BaseRetriever {
  override lc_namespace = ['tests'];
  readonly documents = TEXTS.map(
    (pageContent, at) => new Document({ pageContent, metadata: { at }, id: `d${at}` }),
  );
  override async _getRelevantDocuments(): Promise<Document[]> {
    return this.documents;
  }
}

const retrieverOf = (baseCompressor: RerankerCompressor, baseRetriever = new Everything()) =>
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- classic has a class of its own of that name, and looks at the method only
  new ContextualCompressionRetriever({ baseCompressor, baseRetriever });

describe('a ContextualCompressionRetriever', () => {
  it("gives documents in the reranker's order, with their scores and what they had", async () => {
    const expected = await reranker.rank(QUERY, TEXTS);
    const baseRetriever = new Everything();
    for (const source of [reranker, Promise.resolve(reranker), async () => reranker]) {
      const retriever = retrieverOf(new RerankerCompressor(source), baseRetriever);
      const found = await retriever.invoke(QUERY);
      expect(found).toHaveLength(4);
      found.forEach((document, place) => {
        const { index, score } = expected[place] ?? {};
        expect(document).toBeInstanceOf(Document);
        expect(document).toMatchObject({ pageContent: TEXTS[index ?? -1], id: `d${index}` });
        expect(document.metadata).toEqual({ at: index, relevanceScore: score });
      });
      expect(baseRetriever.documents.map(({ metadata }) => metadata)).toEqual(TEXTS.map((_, at) => ({ at })));
    }
  });

  it('takes how many are left, and the options of rank', async () => {
    const retriever = retrieverOf(
      new RerankerCompressor(reranker, { topK: 2, rank: { activation: 'sigmoid' } }),
    );
    const expected = await reranker.rank(QUERY, TEXTS, { topK: 2, activation: 'sigmoid' });
    const scores = (await retriever.invoke(QUERY)).map(({ metadata }) => metadata.relevanceScore as number);
    expect(scores).toEqual(expected.map(({ score }) => score));
  });

  it('passes errors and a signal on', async () => {
    const wrong = new RerankerCompressor(reranker, { rank: { promptName: 'none' } });
    const documents = new Everything().documents;
    await expect(wrong.compressDocuments(documents, QUERY)).rejects.toMatchObject({ code: 'invalid-input' });
    const stopped = new RerankerCompressor(reranker, { rank: { signal: AbortSignal.abort() } });
    await expect(stopped.compressDocuments(documents, QUERY)).rejects.toThrow(DOMException);
  });
});
