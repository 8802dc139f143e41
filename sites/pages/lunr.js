import lunr from 'lunr';
import { createReranker } from 'browser-reranker';
import { rerankLunr } from 'browser-reranker/lunr';
import { box, expose, pages, show, textOf } from './page.js';

const index = lunr(function () {
  this.ref('id');
  this.field('heading');
  this.field('body');
  for (const page of pages) this.add(page);
});

const reranker = () => createReranker({ model: '/models/minilm-l6-rerank-en/' });
// The test's machine is busy, hence the patience.
const search = rerankLunr(index, pages, reranker, {
  ref: (page) => page.id,
  text: textOf,
  latestOnly: true,
  patience: 60_000,
});
box.addEventListener('input', async () => {
  const query = box.value;
  const hits = await search(query);
  if (query === box.value) show(hits.map((hit) => hit.document));
});

expose((query) => index.search(query).map(({ ref }) => pages[ref]));
