import { TextNode } from '@llamaindex/core/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeEnvironment } from '../node/environment.js';
import { createRerankerIn } from '../pooled-reranker.js';
import { fixture } from '../testing/fixtures.js';
import type { Reranker } from '../types.js';
import { rerankerPostprocessor } from './llamaindex.js';

// LlamaIndex's own nodes over a real model, tiny but with the reference's scores.

let reranker: Reranker;
beforeAll(async () => {
  reranker = await createRerankerIn(nodeEnvironment(), { model: fixture('tiny-bert/').href });
});
afterAll(() => reranker.dispose());

const QUERY = 'how many people live in berlin';
const TEXTS = ['berlin has some people', 'a cat', 'paris is a city', 'the river is long'];
const nodes = TEXTS.map((text, at) => ({ node: new TextNode({ text, metadata: { at } }), score: 1 }));

it("puts nodes into the reranker's order, with its scores", async () => {
  const expected = await reranker.rank(QUERY, TEXTS, { topK: 3 });
  for (const query of [QUERY, [{ type: 'text' as const, text: QUERY }]]) {
    const ranked = await rerankerPostprocessor(() => reranker, { topK: 3 }).postprocessNodes(nodes, query);
    expect(ranked.map(({ score }) => score)).toEqual(expected.map(({ score }) => score));
    expect(ranked.map(({ node }) => node)).toEqual(expected.map(({ index }) => nodes[index]?.node));
  }
  expect(nodes.every(({ score }) => score === 1)).toBe(true);
});

it('leaves nodes alone where there is no query', async () => {
  expect(await rerankerPostprocessor(reranker).postprocessNodes(nodes)).toBe(nodes);
});
