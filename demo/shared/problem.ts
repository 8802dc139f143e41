import { RerankError } from '../../src/index.js';
import { h } from './dom.js';

/** What a visitor can do about a problem. */
export interface Remedy {
  /** What its button says. */
  readonly label: string;
  /** What the button does. */
  readonly act: () => void;
}

/** The message of anything thrown, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Shows a failure in the page, in the words of the error, with what can be done about it. */
export function showProblem(
  element: HTMLElement,
  title: string,
  error: unknown,
  remedies: readonly Remedy[],
): void {
  const code = error instanceof RerankError ? error.code : undefined;
  const buttons = remedies.map(({ label, act }) => {
    const button = h('button', { type: 'button' }, label);
    button.addEventListener('click', act);
    return button;
  });
  element.replaceChildren(
    h('p', {}, h('strong', {}, title), ' ', messageOf(error), code !== undefined && h('code', {}, code)),
    h('div', { class: 'buttons' }, ...buttons),
  );
  element.hidden = false;
}

/** Takes the last problem away. */
export function clearProblem(element: HTMLElement): void {
  element.hidden = true;
  element.replaceChildren();
}
