import { h } from '../shared/dom.js';
import { proseOf } from './passage-text.js';
import type { Row } from './rows.js';

/** Which of the two lists a row stands in. */
export type Side = 'before' | 'after';

/** A row's move between the lists, in a sign for the eye and in words for the ear. */
function moveOf({ place, otherPlace }: Row, side: Side): { kind: string; sign: string; words: string } {
  if (otherPlace === undefined) return { kind: 'none', sign: '', words: '' };
  const up = side === 'after' ? otherPlace - place : place - otherPlace;
  const kind = up > 0 ? 'up' : up < 0 ? 'down' : 'same';
  const sign = up === 0 ? '=' : `${up > 0 ? '▲' : '▼'} ${Math.abs(up)}`;
  const words = up === 0 ? 'same place' : `${kind} ${Math.abs(up)}`;
  return side === 'after'
    ? { kind, sign, words: up === 0 ? words : `${words}, from ${otherPlace}` }
    : { kind, sign, words: up === 0 ? words : `${words}, to ${otherPlace}` };
}

/** One passage in a list: place, heading, move, score as a bar, and its prose, which unfolds. */
export class RowView {
  /** The list item. */
  readonly element: HTMLLIElement;
  readonly #side: Side;
  readonly #place = h('span', { class: 'place', 'aria-hidden': 'true' });
  readonly #toggle: HTMLButtonElement;
  readonly #move = h('span', { class: 'move' });
  readonly #fill = h('span', { class: 'bar-fill' });
  readonly #score = h('span', { class: 'score' });
  readonly #prose: HTMLParagraphElement;
  #row: Row;
  #open = false;

  /** @param row - what to show first. @param side - the list it stands in. */
  constructor(row: Row, side: Side) {
    this.#row = row;
    this.#side = side;
    const { title, topic } = row.passage;
    const id = `${side}-${row.key}`;
    this.#prose = h('p', { class: 'prose', id });
    this.#toggle = h(
      'button',
      { type: 'button', class: 'heading', 'aria-expanded': 'false', 'aria-controls': id },
      title ?? `Passage ${row.key + 1}`,
      topic !== undefined && h('span', { class: 'topic' }, topic),
    );
    this.#toggle.addEventListener('click', () => this.#setOpen(!this.#open));
    this.element = h(
      'li',
      { class: 'row', 'data-key': row.key },
      this.#place,
      h('h3', {}, this.#toggle),
      this.#move,
      h('span', { class: 'bar', 'aria-hidden': 'true' }, this.#fill),
      this.#score,
      this.#prose,
    );
    this.update(row);
  }

  /** Shows the same passage in another place, with another score. */
  update(row: Row): void {
    this.#row = row;
    this.element.value = row.place;
    this.#place.textContent = String(row.place);
    const { kind, sign, words } = moveOf(row, this.#side);
    this.#move.className = `move ${kind}`;
    this.#move.title = words;
    this.#move.replaceChildren(
      h('span', { 'aria-hidden': 'true' }, sign),
      h('span', { class: 'visually-hidden' }, words),
    );
    this.#fill.style.setProperty('--share', row.share.toFixed(4));
    this.#score.replaceChildren(h('span', { class: 'visually-hidden' }, 'Score '), row.score.toFixed(2));
    this.#showProse();
  }

  #setOpen(open: boolean): void {
    this.#open = open;
    this.#toggle.setAttribute('aria-expanded', String(open));
    this.#showProse();
  }

  #showProse(): void {
    const { passage, window, terms } = this.#row;
    this.#prose.classList.toggle('brief', !this.#open);
    this.#prose.replaceChildren(...proseOf(passage, { window, terms, brief: !this.#open }));
  }
}
