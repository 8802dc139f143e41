import { createReranker, RerankError, type RankedDocument, type Reranker } from 'browser-reranker';
import { createSearchSession } from 'browser-reranker/search';
import { browserReranker } from 'browser-reranker/vite';

// Compiled against the packed package, never run. Each line with @ts-expect-error has to be refused.

/** True only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

const same = <A, B>(_is: Same<A, B>): void => undefined;

interface Hit {
  id: number;
  body: string;
}

const reranker: Reranker = await createReranker({
  model: 'minilm-l6-rerank-en',
  assetsUrl: '/browser-reranker/',
});

const texts: string[] = ['a', 'b'];
const strings = await reranker.rank('query', texts);
same<typeof strings, RankedDocument<string>[]>(true);

const objects = await reranker.rank('query', [{ text: 'a', id: 1 }]);
same<(typeof objects)[number]['document'], { text: string; id: number }>(true);

const hits: Hit[] = [{ id: 1, body: 'a' }];
const shaped = await reranker.rank('query', hits, { text: (hit) => hit.body });
same<typeof shaped, RankedDocument<Hit>[]>(true);
// @ts-expect-error a document without a text needs one that is given
await reranker.rank('query', hits);
// @ts-expect-error there is no such device
await createReranker({ device: 'gpu' });
// @ts-expect-error documents are texts or objects
await reranker.rank('query', [1]);

try {
  await reranker.predict([['query', 'passage']], { signal: new AbortController().signal });
} catch (error) {
  if (error instanceof RerankError)
    same<(typeof error.code & 'invalid-input') | never, 'invalid-input'>(true);
}

/** A plugin as Vite takes it. */
export const plugin: { name: string } = browserReranker({ models: ['minilm-l6-rerank-en'] });

/** What a search box is given. */
export const makeSession = createSearchSession;
