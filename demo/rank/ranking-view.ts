import { RowView, type Side } from './row-view.js';
import type { Row } from './rows.js';

const MOVE_MS = 260;

/** One of the two lists. Rows keep their elements while they stay, so that they can be seen moving and keep the focus. */
export class RankingView {
  readonly #list: HTMLOListElement;
  readonly #note: HTMLElement;
  readonly #side: Side;
  #views = new Map<number, RowView>();

  /** @param list - the list. @param note - the line above it. @param side - which of the two it is. */
  constructor(list: HTMLOListElement, note: HTMLElement, side: Side) {
    this.#list = list;
    this.#note = note;
    this.#side = side;
  }

  /** The list's element. */
  get element(): HTMLOListElement {
    return this.#list;
  }

  /** What is said above the list. */
  set note(text: string) {
    this.#note.textContent = text;
  }

  /** Marks what is shown as being replaced. */
  set busy(busy: boolean) {
    this.#list.setAttribute('aria-busy', String(busy));
  }

  /** Shows these rows in this order. */
  show(rows: readonly Row[]): void {
    const tops = this.#tops();
    const focused = document.activeElement;
    const views = new Map<number, RowView>();
    for (const row of rows) {
      const view = this.#views.get(row.key) ?? new RowView(row, this.#side);
      view.update(row);
      views.set(row.key, view);
    }
    this.#views = views;
    this.#list.replaceChildren(...[...views.values()].map((view) => view.element));
    if (focused instanceof HTMLElement && this.#list.contains(focused))
      focused.focus({ preventScroll: true });
    this.#glide(tops);
  }

  /** Forgets the rows, so that a passage of another collection with the same key is not taken for an old one. */
  clear(): void {
    this.#views.clear();
    this.#list.replaceChildren();
  }

  /** Marks the row of a passage, to find it again in the other list. */
  point(key: string | undefined): void {
    for (const [id, { element }] of this.#views) element.classList.toggle('pointed', String(id) === key);
  }

  #tops(): Map<number, number> {
    return new Map([...this.#views].map(([key, { element }]) => [key, element.offsetTop]));
  }

  /** Lets rows glide from where they were to where they are, unless the visitor prefers less motion. */
  #glide(tops: ReadonlyMap<number, number>): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const [key, { element }] of this.#views) {
      const from = tops.get(key);
      if (from === undefined || from === element.offsetTop) continue;
      const frames = [{ transform: `translateY(${from - element.offsetTop}px)` }, { transform: 'none' }];
      element.animate(frames, { duration: MOVE_MS, easing: 'ease-out' });
    }
  }
}
