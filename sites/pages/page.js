import { passages } from './collection.json';

/** The pages of the site, each with an id. */
export const pages = passages.map((passage, id) => ({
  ...passage,
  id,
  heading: `${passage.title}: ${passage.topic}`,
}));

/** The text that is compared with the query. */
export const textOf = (page) => `${page.heading}. ${page.body}`;

/** The search box. */
export const box = document.querySelector('input');

/** Shows pages in their order. */
export function show(found) {
  const items = found.slice(0, 10).map((page) => {
    const item = document.createElement('li');
    const heading = document.createElement('h2');
    heading.textContent = page.heading;
    const body = document.createElement('p');
    body.textContent = page.body;
    item.append(heading, body);
    return item;
  });
  document.getElementById('results').replaceChildren(...items);
}

/** Tells the test what the engine itself finds, in its order. */
export function expose(search) {
  window.candidates = (query) =>
    search(query)
      .slice(0, 50)
      .map((page) => ({ key: page.heading, text: textOf(page) }));
}
