// As module.js, for a page on which Pagefind has no worker: one line hands its module to the re-ranker.
const list = document.getElementById('results');
const box = document.querySelector('input');
let latest = 0;

box.addEventListener('input', async () => {
  const mine = ++latest;
  const pagefind = window.BrowserReranker.attachment.pagefind(await import('/pagefind/pagefind.js'));
  const { results } = await pagefind.search(box.value);
  const pages = await Promise.all(results.map((result) => result.data()));
  if (mine !== latest) return;
  list.replaceChildren(
    ...pages.map((page) => {
      const item = document.createElement('li');
      const link = document.createElement('a');
      link.href = page.url;
      link.textContent = page.meta.title;
      item.append(link);
      return item;
    }),
  );
});
