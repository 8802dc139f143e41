import { EXAMPLES } from './collection.js';
import { byId, h } from '../shared/dom.js';
import type { EngineSettings } from '../shared/engine.js';
import { modelChoices, type ModelChoice } from '../shared/models.js';

/** Those who act on what the visitor does. */
export interface ControlEvents {
  /** The query changed; `typing` while more may follow. */
  onQuery(query: string, typing: boolean): void;
  /** Another model, device or window. */
  onEngine(settings: EngineSettings): void;
  /** Another number of candidates. */
  onCandidates(): void;
  /** Another number of rows. */
  onTopK(): void;
}

/** The search box, the examples and the settings. */
export class Controls {
  readonly #query = byId('query', HTMLInputElement);
  readonly #model = byId('model', HTMLSelectElement);
  readonly #device = byId('device', HTMLSelectElement);
  readonly #maxLength = byId('max-length', HTMLSelectElement);
  readonly #candidates = byId('candidates', HTMLSelectElement);
  readonly #topK = byId('top-k', HTMLSelectElement);
  readonly #examples = byId('examples', HTMLElement);
  readonly #choices: readonly ModelChoice[] = modelChoices();
  readonly #events: ControlEvents;

  /** @param events - told what the visitor does. */
  constructor(events: ControlEvents) {
    this.#events = events;
    this.#model.append(...this.#choices.map(({ model, label }) => h('option', { value: model }, label)));
    this.#query.addEventListener('input', () => events.onQuery(this.#query.value, true));
    byId('search-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      events.onQuery(this.#query.value, false);
    });
    byId('settings', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
    for (const select of [this.#model, this.#device, this.#maxLength]) {
      select.addEventListener('change', () => events.onEngine(this.engine));
    }
    this.#candidates.addEventListener('change', () => events.onCandidates());
    this.#topK.addEventListener('change', () => events.onTopK());
    document.addEventListener('keydown', (event) => this.#focusOnSlash(event));
    this.#fillExamples();
  }

  /** What to run; setting it only shows it, without an event. */
  get engine(): EngineSettings {
    const device = this.#device.value;
    return {
      model: this.#model.value,
      device: device === 'webgpu' || device === 'wasm' ? device : 'auto',
      maxLength: Number(this.#maxLength.value),
    };
  }

  set engine({ model, device, maxLength }: EngineSettings) {
    this.#model.value = model;
    this.#device.value = device;
    this.#maxLength.value = String(maxLength);
  }

  /** The settings that work with nothing but this site. */
  get safeEngine(): EngineSettings {
    return { ...this.engine, model: this.#choices[0]?.model ?? '', device: 'auto' };
  }

  /** The chosen model's name. */
  get modelName(): string {
    return this.#choices.find(({ model }) => model === this.#model.value)?.name ?? this.#model.value;
  }

  /** How many of the keyword search's hits are ranked anew. */
  get candidates(): number {
    return Number(this.#candidates.value);
  }

  /** How many rows each list shows. */
  get topK(): number {
    return Number(this.#topK.value);
  }

  /** Writes a query into the box and asks it. */
  ask(query: string): void {
    this.#query.value = query;
    this.#events.onQuery(query, false);
  }

  /** Shows or hides the examples, which suit only the page's own collection. */
  set examplesShown(shown: boolean) {
    this.#examples.hidden = !shown;
  }

  #fillExamples(): void {
    const items = EXAMPLES.map((query) => {
      const button = h('button', { type: 'button' }, query);
      button.addEventListener('click', () => this.ask(query));
      return h('li', {}, button);
    });
    this.#examples.querySelector('ul')?.append(...items);
  }

  #focusOnSlash(event: KeyboardEvent): void {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest('input, textarea, select') !== null) return;
    event.preventDefault();
    this.#query.focus();
    this.#query.select();
  }
}
