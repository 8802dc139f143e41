import { describe, expect, it, vi } from 'vitest';
import { createRerankerIn } from './pooled-reranker.js';
import { fixture } from './testing/fixtures.js';
import { thisThread } from './testing/this-thread.js';

vi.setConfig({ testTimeout: 60_000 });

const query = 'bright river market';
const texts = Array.from(
  { length: 12 },
  (_, index) => `passage ${index} ${'of many words '.repeat(index % 7)}`,
);

describe('rank', () => {
  it('ranks documents of any shape by the text that is given for each, asked for once', async () => {
    const model = fixture('tiny-bert/').href;
    await using reranker = await createRerankerIn(thisThread(), { model, dtype: 'fp32', threads: 1 });
    const hits = texts.map((body, id) => ({ id, body }));
    let asked = 0;
    const pending = reranker.rank(query, hits, {
      text: ({ body }) => {
        asked++;
        return body;
      },
      onPartial: () => undefined,
    });
    expect(asked).toBe(hits.length); // when the call is made
    const ranking = await pending;
    const expected = await reranker.rank(query, texts);
    expect(ranking.map(({ index, score }) => ({ index, score }))).toEqual(
      expected.map(({ index, score }) => ({ index, score })),
    );
    for (const { index, document } of ranking) expect(document).toBe(hits[index]);
    expect(asked).toBe(hits.length);
    const mine = new TypeError('mine');
    const thrower = () => {
      throw mine;
    };
    await expect(reranker.rank(query, hits, { text: thrower })).rejects.toBe(mine);
  });
});
