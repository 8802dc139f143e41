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

const session = BrowserReranker.createSearchSession({
  search,
  text: ({ title, body }) => `${title}. ${body}`,
  reranker: () => BrowserReranker.createReranker({ model: 'minilm-l3-rerank-en' }), // made at the first focus or key
});

const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

session.subscribe(() => {
  const { results, order, status } = session.getSnapshot();
  document.querySelector('[role=status]').textContent = `${status}, ${order} order`;
  const items = results.map(({ title, body }) => {
    const item = document.createElement('li');
    item.append(element('h2', title), element('p', body));
    return item;
  });
  document.querySelector('ol').replaceChildren(...items);
});

const box = document.querySelector('input');
box.addEventListener('focus', session.prepare);
box.addEventListener('input', () => session.setQuery(box.value));
