import { byId, formatTime } from '../shared/dom.js';
import type { Cost, FirstOrder, SecondOrder } from './pipeline.js';
import { RankingView } from './ranking-view.js';
import { rowsAfter, rowsBefore } from './rows.js';

/** How complete the second order is. */
type State = 'none' | 'partial' | 'complete';

/** The two lists, side by side: on a narrow page one at a time, with a switch. */
export class Results {
  readonly #element = byId('results', HTMLElement);
  readonly #announcer = byId('announcer', HTMLElement);
  readonly #before = new RankingView(
    byId('before-list', HTMLOListElement),
    byId('before-note', HTMLElement),
    'before',
  );
  readonly #after = new RankingView(
    byId('after-list', HTMLOListElement),
    byId('after-note', HTMLElement),
    'after',
  );
  #first: FirstOrder | undefined;
  #second: SecondOrder = [];
  #state: State = 'none';
  #topK: number;

  /** @param topK - how many rows each list shows. */
  constructor(topK: number) {
    this.#topK = topK;
    const buttons = [...this.#element.querySelectorAll<HTMLButtonElement>('.list-switch button')];
    for (const button of buttons) {
      button.addEventListener('click', () => {
        this.#element.dataset.shown = button.dataset.list;
        for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      });
    }
    for (const { element } of [this.#before, this.#after]) {
      element.addEventListener('pointerover', (event) => this.#point(event.target));
      element.addEventListener('focusin', (event) => this.#point(event.target));
      element.addEventListener('pointerleave', () => this.#point(null));
    }
  }

  /** Shows another number of rows. */
  set topK(topK: number) {
    this.#topK = topK;
    this.#draw();
  }

  /** Shows the keyword order; the old second order stays, greyed, until the first part of the new one. */
  showFirst(first: FirstOrder): void {
    if (first.passages !== this.#first?.passages) {
      this.#before.clear();
      this.#after.clear();
    }
    this.#first = first;
    this.#second = [];
    this.#state = 'none';
    this.#before.note = firstNote(first);
    this.#after.note = '';
    this.#after.busy = first.hits.length > 0;
    if (first.hits.length === 0) this.#after.clear();
    this.#draw();
  }

  /** Says why there is no second order yet. */
  showWaiting(reason: string): void {
    this.#after.note = reason;
  }

  /** Shows what is ordered so far. */
  showPartial(first: FirstOrder, second: SecondOrder): void {
    this.#first = first;
    this.#second = second;
    this.#state = 'partial';
    this.#after.note = `Scored ${second.length} of ${first.hits.length} …`;
    this.#draw();
  }

  /** Shows the complete second order, and says so to those who do not see it. */
  showRanked(first: FirstOrder, second: SecondOrder, cost: Cost | undefined): void {
    this.#first = first;
    this.#second = second;
    this.#state = 'complete';
    this.#after.busy = false;
    const time = cost ? ` in ${formatTime(cost.stats.totalMs)} on ${cost.info.device}` : '';
    this.#after.note = second.length === 0 ? '' : `${count(second.length)}${time}`;
    this.#draw();
    const best = rowsAfter(first, second)[0];
    if (!best) return;
    const from = best.otherPlace === undefined ? '' : `, which BM25 had at ${best.otherPlace}`;
    const name = best.passage.title ?? `passage ${best.key + 1}`;
    this.#announcer.textContent = `${count(second.length)} ranked${time}. First is ${name}${from}.`;
  }

  /** Says that no second order will come. */
  showFailed(): void {
    this.#after.busy = false;
    this.#after.note = 'Not ranked: see the message above.';
  }

  #draw(): void {
    if (!this.#first) return;
    const complete = this.#state === 'complete' ? this.#second : undefined;
    this.#before.show(rowsBefore(this.#first, complete).slice(0, this.#topK));
    if (this.#state !== 'none') this.#after.show(rowsAfter(this.#first, this.#second).slice(0, this.#topK));
  }

  #point(target: EventTarget | null): void {
    const key = target instanceof Element ? target.closest<HTMLElement>('.row')?.dataset.key : undefined;
    this.#before.point(key);
    this.#after.point(key);
  }
}

function count(passages: number): string {
  return `${passages} passage${passages === 1 ? '' : 's'}`;
}

function firstNote({ query, passages, hits, searchMs }: FirstOrder): string {
  if (query === '') return `Type a question to search ${count(passages.length)}.`;
  if (hits.length === 0) return 'No passage shares a word with this query.';
  const found = hits.filter(({ score }) => score > 0).length;
  return `${found} best of ${count(passages.length)} in ${formatTime(searchMs)}`;
}
