// An extension page: it asks the service worker, which asks the offscreen document.

const status = document.querySelector('[role=status]');
const list = document.querySelector('ol');

document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const query = new FormData(event.target).get('query');
  const tabs = await chrome.tabs.query({});
  status.textContent = 'Ranking …';
  const documents = tabs.map(({ title, url }) => ({ text: `${title} ${url}` }));
  const { ranking, error } = await chrome.runtime.sendMessage({
    to: 'background',
    query,
    documents,
    topK: 5,
  });
  status.textContent = error ?? '';
  list.replaceChildren(
    ...(ranking ?? []).map(({ document: { text } }) =>
      Object.assign(document.createElement('li'), { textContent: text }),
    ),
  );
});
