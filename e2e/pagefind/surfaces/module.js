// What a site writes that uses Pagefind's module and draws its results itself. Nothing here knows of the re-ranker.
const list = document.getElementById('results');
const box = document.querySelector('input');
let pagefind;
let latest = 0;

box.addEventListener('focus', async () => {
  pagefind ??= await import('/pagefind/pagefind.js');
  await pagefind.init();
});

box.addEventListener('input', async () => {
  const mine = ++latest;
  pagefind ??= await import('/pagefind/pagefind.js');
  const { results } = await pagefind.search(box.value);
  const pages = await Promise.all(results.slice(0, 10).map((result) => result.data()));
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
