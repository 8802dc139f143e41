import { createReranker } from 'browser-reranker';
import { createSearchSession } from 'browser-reranker/search';

const ARTICLES = [
  { title: 'Museums', body: 'Berlin has some 170 museums, and many people visit them.' },
  { title: 'Festivals', body: 'Many people come to Berlin for its festivals.' },
  { title: 'Population', body: 'Berlin had a population of 3,520,031 registered inhabitants in 2016.' },
  { title: 'Airport', body: 'The airport south of Berlin opened in 2020.' },
];

/** The site's own search: articles that have any word of the query, in their usual order. */
function search(query) {
  const words = query.toLowerCase().split(/\W+/).filter(Boolean);
  return ARTICLES.filter(({ body }) => words.some((word) => body.toLowerCase().includes(word)));
}

export const session = createSearchSession({
  search,
  text: ({ title, body }) => `${title}. ${body}`,
  reranker: () => createReranker({ model: 'minilm-l3-rerank-en', assetsUrl: '/browser-reranker/' }), // made at the first focus or key
});
