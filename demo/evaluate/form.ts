import { byId, h } from '../shared/dom.js';
import { modelChoices } from '../shared/models.js';
import { messageOf } from '../shared/problem.js';
import { folderCollection, pastedCollection, type Collection } from './collection.js';
import { chosenFiles, droppedFiles, type DroppedFolder } from './dropped.js';
import type { JudgingSettings } from './judging.js';
import { EXAMPLE, parseJudgments } from './pasted.js';

/** Those who act on what the visitor does. */
export interface FormEvents {
  /** There is something to judge by. */
  onCollection(collection: Collection): void;
  /** What was dropped or chosen cannot be used. */
  onRefused(error: unknown): void;
  /** A setting changed. */
  onSettings(): void;
  /** The visitor wants to begin or go on. */
  onStart(): void;
}

/** The drop zone, the pasted judgments and the settings. */
export class EvaluationForm {
  readonly #model = byId('model', HTMLSelectElement);
  readonly #device = byId('device', HTMLSelectElement);
  readonly #run = byId('run', HTMLSelectElement);
  readonly #topK = byId('top-k', HTMLInputElement);
  readonly #k = byId('k', HTMLInputElement);
  readonly #events: FormEvents;

  /** @param events - told what the visitor does. */
  constructor(events: FormEvents) {
    this.#events = events;
    this.#model.append(...modelChoices().map(({ model, label }) => h('option', { value: model }, label)));
    const form = byId('settings', HTMLFormElement);
    form.addEventListener('change', () => events.onSettings());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      events.onStart();
    });
    for (const id of ['folder', 'files']) {
      const input = byId(id, HTMLInputElement);
      input.addEventListener('change', () => {
        this.#useFolder(() => Promise.resolve(chosenFiles(input)));
        input.value = ''; // so that choosing the same folder again is a change
      });
    }
    this.#setUpDrop();
    this.#setUpPaste();
  }

  /** What is chosen. */
  get settings(): JudgingSettings {
    const device = this.#device.value;
    return {
      model: this.#model.value,
      device: device === 'webgpu' || device === 'wasm' ? device : 'auto',
      run: this.#run.value,
      topK: Number(this.#topK.value),
      k: Number(this.#k.value),
    };
  }

  /** While an evaluation runs nothing can be changed. */
  set locked(locked: boolean) {
    for (const field of [this.#model, this.#device, this.#topK, this.#k]) field.disabled = locked;
    this.#run.disabled = locked || this.#run.options.length < 2;
  }

  #use(collection: Collection): void {
    this.#run.replaceChildren(...collection.runs.map(({ value, label }) => h('option', { value }, label)));
    this.#run.disabled = collection.runs.length < 2;
    this.#events.onCollection(collection);
  }

  #useFolder(read: () => Promise<DroppedFolder>): void {
    // Called at once: a drop's files can be asked for during its event only.
    read().then(
      (folder) => {
        try {
          this.#use(folderCollection(folder));
        } catch (error) {
          this.#events.onRefused(error);
        }
      },
      (error: unknown) => this.#events.onRefused(error),
    );
  }

  #setUpDrop(): void {
    const zone = byId('drop', HTMLElement);
    // Anywhere on the page, because a near miss would leave the page for the file.
    document.addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      zone.classList.add('over');
    });
    document.addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) zone.classList.remove('over');
    });
    document.addEventListener('drop', (event) => {
      zone.classList.remove('over');
      const { dataTransfer } = event;
      if (!dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      this.#useFolder(() => droppedFiles(dataTransfer));
    });
  }

  #setUpPaste(): void {
    const text = byId('pasted', HTMLTextAreaElement);
    const problem = byId('pasted-problem', HTMLElement);
    const showProblem = (message: string) => {
      problem.textContent = message;
      problem.hidden = message === '';
      text.toggleAttribute('aria-invalid', message !== '');
    };
    text.addEventListener('input', () => showProblem(''));
    byId('example', HTMLElement).addEventListener('click', () => {
      text.value = EXAMPLE;
      showProblem('');
    });
    byId('paste-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      try {
        this.#use(pastedCollection(parseJudgments(text.value)));
        showProblem('');
      } catch (error) {
        showProblem(messageOf(error));
        text.focus();
      }
    });
  }
}
