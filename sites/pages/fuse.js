import Fuse from 'fuse.js';
import { createReranker } from 'browser-reranker';
import { rerankFuse } from 'browser-reranker/fuse';
import { box, expose, pages, show, textOf } from './page.js';

const fuse = new Fuse(pages, { keys: ['heading', 'body'], useTokenSearch: true });

const reranker = () => createReranker({ model: '/models/minilm-l6-rerank-en/' });
// The test's machine is busy, hence the patience.
const search = rerankFuse(fuse, reranker, { text: textOf, latestOnly: true, patience: 60_000 });
box.addEventListener('input', async () => {
  const query = box.value;
  const hits = await search(query);
  if (query === box.value) show(hits.map((hit) => hit.item));
});

expose((query) => fuse.search(query).map(({ item }) => item));
