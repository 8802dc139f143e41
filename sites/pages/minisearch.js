import MiniSearch from 'minisearch';
import { createReranker } from 'browser-reranker';
import { createSearchSession } from 'browser-reranker/search';
import { box, expose, pages, show, textOf } from './page.js';

const index = new MiniSearch({ fields: ['heading', 'body'], storeFields: ['heading', 'body'] });
index.addAll(pages);

const session = createSearchSession({
  search: (query) => index.search(query, { prefix: true }),
  reranker: () => createReranker({ model: '/models/minilm-l6-rerank-en/' }),
  text: textOf,
  patience: 60_000, // the test's machine is busy
});
box.addEventListener('focus', () => session.prepare());
box.addEventListener('input', () => session.setQuery(box.value));
session.subscribe(({ results }) => show(results));

expose((query) => index.search(query, { prefix: true }));
