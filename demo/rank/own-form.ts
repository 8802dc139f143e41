import type { Passage } from './collection.js';
import { byId } from '../shared/dom.js';
import { parsePassages } from './own-passages.js';
import { messageOf } from '../shared/problem.js';

/** The form for pasted passages. `onUse` gets them, or `undefined` when the visitor goes back. */
export function setUpOwnForm(onUse: (passages: readonly Passage[] | undefined) => void): void {
  const text = byId('own-text', HTMLTextAreaElement);
  const problem = byId('own-problem', HTMLElement);
  const reset = byId('own-reset', HTMLButtonElement);

  const showProblem = (message: string) => {
    problem.textContent = message;
    problem.hidden = message === '';
    if (message === '') text.removeAttribute('aria-invalid');
    else text.setAttribute('aria-invalid', 'true');
  };

  byId('own-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    try {
      const passages = parsePassages(text.value);
      showProblem('');
      reset.hidden = false;
      onUse(passages);
    } catch (error) {
      showProblem(messageOf(error));
      text.focus();
    }
  });
  text.addEventListener('input', () => showProblem(''));
  reset.addEventListener('click', () => {
    reset.hidden = true;
    showProblem('');
    onUse(undefined);
  });
}
