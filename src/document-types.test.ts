import { describe, expectTypeOf, it } from 'vitest';
import type { RankedDocument, Reranker } from './types.js';

// What compiles and what does not: `npm run check -- types` reads this file; nothing in it is called.

interface Hit {
  title: string;
  url: string;
}
declare const hits: readonly Hit[];

describe('the types of rank', () => {
  it('take strings and objects with a text as they are', () => {
    const strings = (reranker: Reranker, texts: readonly string[]) => reranker.rank('q', texts);
    expectTypeOf(strings).returns.resolves.toEqualTypeOf<RankedDocument<string>[]>();
    const texts = (reranker: Reranker) => reranker.rank('q', [{ text: 'a', id: 1 }], { topK: 1 });
    expectTypeOf(texts).returns.resolves.toEqualTypeOf<RankedDocument<{ text: string; id: number }>[]>();
    const mixed = (reranker: Reranker, documents: (string | { text: string })[]) =>
      reranker.rank('q', documents);
    expectTypeOf(mixed).returns.resolves.toEqualTypeOf<RankedDocument<string | { text: string }>[]>();
  });

  it('take any shape with a text, and give the document back with its type', () => {
    const ranked = (reranker: Reranker) => reranker.rank('q', hits, { text: (hit) => hit.title, topK: 3 });
    expectTypeOf(ranked).returns.resolves.toEqualTypeOf<RankedDocument<Hit>[]>();
    const partial = (reranker: Reranker) =>
      reranker.rank('q', hits, {
        text: ({ title }) => title,
        onPartial: ([first]) => expectTypeOf(first).toEqualTypeOf<RankedDocument<Hit> | undefined>(),
      });
    expectTypeOf(partial).returns.resolves.toEqualTypeOf<RankedDocument<Hit>[]>();
    const numbers = (reranker: Reranker, ids: number[]) =>
      reranker.rank('q', ids, { text: (id) => id.toFixed() });
    expectTypeOf(numbers).returns.resolves.toEqualTypeOf<RankedDocument<number>[]>();
    const other = (reranker: Reranker) =>
      reranker.rank('q', [{ text: 'a', title: 'b' }], { text: (d) => d.title });
    expectTypeOf(other).returns.resolves.toEqualTypeOf<RankedDocument<{ text: string; title: string }>[]>();
  });

  it('refuse any other shape without a text, and a text that is no string', () => {
    // @ts-expect-error -- hits have no text
    void ((reranker: Reranker) => reranker.rank('q', hits));
    // @ts-expect-error -- nor do they with other options
    void ((reranker: Reranker) => reranker.rank('q', hits, { topK: 3 }));
    // @ts-expect-error -- a promise is no string
    void ((reranker: Reranker) => reranker.rank('q', hits, { text: (hit) => Promise.resolve(hit.title) }));
    // @ts-expect-error -- a hit is no string
    void ((reranker: Reranker) => reranker.rank('q', hits, { text: (hit: string) => hit }));
  });
});
