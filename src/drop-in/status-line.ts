import type { ModelState } from './model-switch.js';
import { fill, type StatusTexts } from './texts.js';

/** The element's name, for a site's CSS. */
export const STATUS_ELEMENT = 'browser-reranker-status';

/**
 * A constructed style sheet is allowed under every Content-Security-Policy, an inline style is not. What counts is set inside, since a
 * site's rules for all elements win over those for the host.
 */
const CSS = `
  :host { display: block; }
  :host([hidden]), [hidden] { display: none; }
  [part~='line'], [part~='buttons'] { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .625rem; }
  [part~='line'] { text-align: start;
    margin-block: var(--browser-reranker-margin, .5rem); padding-inline: var(--browser-reranker-padding, 0);
    color: var(--browser-reranker-color, inherit); font: var(--browser-reranker-font, .8125rem/1.5 system-ui, sans-serif); }
  :host([data-inset]) [part~='line'] { padding-inline: var(--browser-reranker-padding, .875rem); }
  [part~='button'] { font: inherit; color: inherit; cursor: pointer; min-block-size: 1.75rem; padding: 0 .625rem;
    background: var(--browser-reranker-button, transparent); border: 1px solid; border-radius: var(--browser-reranker-radius, .25rem); }
  [part~='button']:focus-visible { outline: 2px solid; outline-offset: 2px; }
  [part='announcement'] { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  @media (pointer: coarse) { [part~='button'] { min-block-size: 2.75rem; padding-inline: 1rem; } }
`;

/** What the status line is made with. */
export interface StatusLineOptions {
  /** What it says. */
  texts: Readonly<StatusTexts>;
  /** The model, for its size. */
  model: string | undefined;
  /** Set where the texts are not in the page's language. */
  lang: string | undefined;
  /** The visitor switched it on or off. */
  onTurn: (on: boolean) => void;
}

/** One line beside the search box that says how far the model is and lets the visitor switch it off; hidden while there is nothing to say. */
export class StatusLine {
  /** What stands in the page. */
  readonly element: HTMLElement;
  readonly #text = part('span', 'text');
  readonly #yes = part('button', 'button');
  readonly #no = part('button', 'button');
  readonly #announcement = part('span', 'announcement');
  #announcing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: StatusLineOptions) {
    this.element = document.createElement(STATUS_ELEMENT);
    this.element.hidden = true;
    if (options.lang) this.element.lang = options.lang;
    const root = this.element.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    const line = part('div', 'line');
    const buttons = part('span', 'buttons');
    buttons.append(this.#yes, this.#no);
    line.append(this.#text, buttons);
    this.#announcement.setAttribute('role', 'status');
    root.append(line, this.#announcement);
    for (const button of [this.#yes, this.#no]) {
      button.type = 'button';
      button.addEventListener('click', () => options.onTurn(button === this.#yes));
    }
  }

  /** Whether nothing of it is to be seen. */
  get isHidden(): boolean {
    return this.element.hasAttribute('hidden');
  }

  /** Shows a state. */
  show(state: ModelState): void {
    const { texts } = this.options;
    const { activeElement } = this.element.shadowRoot ?? {};
    const percent = state.name === 'loading' ? state.percent : undefined;
    const text = { ...texts, waiting: '', failed: '', asking: texts.ask }[state.name];
    this.#text.textContent = fill(text, { percent, model: this.options.model });
    label(this.#yes, { asking: texts.agree, off: texts.turnOn }, state);
    label(this.#no, { asking: texts.decline, loading: texts.turnOff, on: texts.turnOff }, state);
    // A button that goes away must not take the keyboard focus with it.
    if (activeElement instanceof HTMLElement && activeElement.hidden)
      (this.#yes.hidden ? this.#no : this.#yes).focus();
    this.element.dataset.state = state.name;
    this.element.hidden = isQuiet(state);
    if (state.name === 'asking' || state.name === 'off') this.announce(this.#text.textContent);
  }

  /** Says something to screen readers, when they have said what they are at. */
  announce(text: string): void {
    clearTimeout(this.#announcing);
    this.#announcement.textContent = '';
    this.#announcing = setTimeout(() => {
      this.#announcement.textContent = text;
    }, 150); // a text that is there when its element appears is not read, nor is the same text again
  }
}

/** States of which the visitor sees nothing. */
export function isQuiet({ name }: ModelState): boolean {
  return name === 'waiting' || name === 'failed';
}

/** Puts a state's text on a button, or hides the button. */
function label(
  button: HTMLElement,
  texts: Partial<Record<ModelState['name'], string>>,
  { name }: ModelState,
): void {
  button.textContent = texts[name] ?? '';
  button.hidden = !texts[name];
}

/** An element that a site's CSS reaches by `::part(…)`. */
function part<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name: string): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.setAttribute('part', name);
  return element;
}
