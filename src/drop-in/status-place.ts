/** The line stands behind the first of these that holds the search box. */
const BESIDE = ['pagefind-input', '[role="search"]', 'search', 'form', 'label'];

/** Search boxes with their results in the same element: the line stands before or after a part of it. */
const WITHIN = [
  ['.pagefind-ui__form', ':scope > .pagefind-ui__drawer', 'before'],
  // The list covers what lies below the box.
  ['pagefind-searchbox', '.pf-searchbox-results', 'after'],
] as const;

/** Puts the status line where the owner wants it, else below the search box. */
export function placeStatus(
  line: Element,
  box: HTMLInputElement | undefined,
  place: string | undefined,
): void {
  if (place !== undefined) {
    const owners = document.querySelector(place);
    if (owners && line.parentNode !== owners) owners.append(line);
    return;
  }
  if (!box) return;
  for (const [holder, inner, where] of WITHIN) {
    const found = box.closest(holder)?.querySelector(inner);
    if (!found) continue;
    line.toggleAttribute('data-inset', where === 'after');
    if ((where === 'before' ? found.previousElementSibling : found.nextElementSibling) !== line)
      found[where](line);
    return;
  }
  const beside = BESIDE.map((selector) => box.closest(selector)).find(Boolean) ?? box;
  if (beside.nextElementSibling !== line) beside.after(line);
}
