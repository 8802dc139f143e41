/** Where visitors type a search, on most sites. */
export const SEARCH_BOXES =
  'input[type="search"], input[role="searchbox"], [role="search"] input, search input, input[role="combobox"], .pagefind-ui__search-input';

/** Kinds of input that hold no text. */
const NO_TEXT = /^(button|checkbox|color|file|hidden|image|radio|range|reset|submit)$/u;

/** Who is told what the visitor does. */
export interface IntentListener {
  /** He has gone into a search box. */
  onFocus(box: HTMLInputElement): void;
  /** He has changed what stands in it. */
  onType(box: HTMLInputElement): void;
}

/** Set while a search box is made to ask again, which is nothing that the visitor does. */
let askingAgain = false;

/**
 * Watches the search boxes of a page, those that come later too.
 *
 * @param boxes - their selector
 * @param signal - ends it
 */
export function watchIntent(boxes: string, listener: IntentListener, signal: AbortSignal): void {
  const on = (type: string, tell: (box: HTMLInputElement) => void) =>
    document.addEventListener(
      type,
      (event) => {
        const target = event.composedPath()[0];
        if (target instanceof HTMLInputElement && !NO_TEXT.test(target.type) && target.matches(boxes))
          tell(target);
      },
      { capture: true, passive: true, signal },
    );
  on('focusin', (box) => {
    // A page may focus its box by itself; that shows what the page wants, not the visitor.
    if (navigator.userActivation?.hasBeenActive ?? true) listener.onFocus(box);
  });
  on('input', (box) => {
    if (!askingAgain) listener.onType(box);
  });
}

/** Whether the visitor did something within the last seconds, as far as the browser says. */
export function isActive(): boolean {
  return navigator.userActivation?.isActive ?? false;
}

/** What Pagefind's Component UI offers for that purpose. */
interface PagefindElement extends Element {
  instance?: { triggerSearch?: (term: string) => void };
}

/** Makes the page search again for what stands in its search box. The box keeps its text, its cursor and its focus. */
export function askAgain(box: HTMLInputElement): void {
  askingAgain = true;
  try {
    const element: PagefindElement | null = box.closest('pagefind-input, pagefind-searchbox');
    if (element?.instance?.triggerSearch) element.instance.triggerSearch(box.value);
    else pretendTyping(box);
  } finally {
    askingAgain = false;
  }
}

/** Libraries do nothing for a text that they know already, so it changes and changes back before anything else runs. */
function pretendTyping(box: HTMLInputElement): void {
  const { value, selectionStart, selectionEnd, selectionDirection } = box;
  // React looks for changes in a setter of its own on the element; this is the browser's.
  const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  for (const text of [`${value} `, value]) {
    setter?.set?.call(box, text);
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }
  // Only kinds of text have a cursor that can be set.
  if (selectionStart !== null)
    box.setSelectionRange(selectionStart, selectionEnd, selectionDirection ?? 'none');
}
