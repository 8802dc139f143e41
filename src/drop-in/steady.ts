/** What may be an item of a list of results: conservative, since every site writes its own. */
const ITEMS = 'a, li, article, tr, [role="option"], [role="listitem"], .pagefind-ui__results-area button';

/**
 * Tells whether the visitor holds an item of the results: by the pointer over it, by the keyboard focus in it, or by the choice of a
 * combobox. Then nothing may move.
 */
export class Steady {
  /** Whether the visitor has gone into a combobox's list since he typed; many choose their first item by themselves. */
  #chooses = false;

  /**
   * @param results - selector of the results, where they are known; else any item of the page counts
   * @param signal - ends it
   */
  constructor(
    private readonly results: string | undefined,
    signal: AbortSignal,
  ) {
    const listen = { capture: true, passive: true, signal };
    document.addEventListener(
      'keydown',
      ({ key }) => (this.#chooses ||= /^(Arrow|Page)(Up|Down)$/u.test(key)),
      listen,
    );
    document.addEventListener('input', () => (this.#chooses = false), listen);
    document.addEventListener('focusout', () => (this.#chooses = false), listen);
  }

  /** Whether an item is held. @param box - the search box, which is no item even where it stands in a list */
  isHeld(box: Element | undefined): boolean {
    if (this.#chooses && box?.getAttribute('aria-activedescendant')) return true;
    return this.#isItem(pointed(), box) || this.#isItem(focused(), box);
  }

  /** Waits until nothing is held. */
  async whenLeft(box: Element | undefined, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.isHeld(box)) await nextMove(signal);
  }

  #isItem(element: Element | undefined, box: Element | undefined): boolean {
    if (!element || element === box) return false;
    if (this.results !== undefined) return element.closest(this.results) !== null;
    const item = element.closest(ITEMS);
    return item !== null && !(box && item.contains(box));
  }
}

/** What is under the pointer. Touch screens call an element hovered long after the finger has left. */
function pointed(): Element | undefined {
  if (!matchMedia('(hover: hover)').matches) return undefined;
  return [...document.querySelectorAll(':hover')].at(-1);
}

/** What has the keyboard focus. */
function focused(): Element | undefined {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body ? undefined : activeElement;
}

/** The next time that pointer or focus may have left what they were on. */
function nextMove(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const moved = new AbortController();
    const done = () => {
      moved.abort();
      // By then the new place has the focus, and `:hover` is up to date.
      setTimeout(resolve);
    };
    for (const type of ['pointerover', 'pointerleave', 'focusin', 'focusout', 'keyup']) {
      document.addEventListener(type, done, { signal: moved.signal, capture: true, passive: true });
    }
    signal.addEventListener('abort', done, { once: true, signal: moved.signal });
  });
}
