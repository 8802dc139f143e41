import type { LoadProgress } from '../../src/index.js';
import { formatBytes, h } from './dom.js';

/** Progress of one file, or of all: a name, a bar and the bytes. */
class ProgressLine {
  readonly element: HTMLDivElement;
  readonly #bar: HTMLProgressElement;
  readonly #bytes = h('span', { class: 'bytes' });

  constructor(name: string, kind: 'overall' | 'file') {
    this.#bar = h('progress', { 'aria-label': name });
    this.element = h(
      'div',
      { class: `progress ${kind}` },
      h('span', { class: 'name' }, name),
      this.#bar,
      this.#bytes,
    );
  }

  show(loaded: number, total: number | undefined, suffix = ''): void {
    if (total === undefined) this.#bar.removeAttribute('value');
    else {
      this.#bar.max = Math.max(total, 1);
      this.#bar.value = Math.min(loaded, total);
    }
    const of = total === undefined ? '' : ` of ${formatBytes(total)}`;
    this.#bytes.textContent = `${formatBytes(loaded)}${of}${suffix}`;
  }
}

/** Shows how far a model has come in, file by file, and what is being tried. */
export class LoadingView {
  readonly #element: HTMLElement;
  readonly #title = h('h2', { id: 'loading-title' });
  readonly #body = h('div', { class: 'progress-lines' });
  #overall = new ProgressLine('All files', 'overall');
  #files = new Map<string, ProgressLine>();

  /** @param element - hidden while nothing loads. */
  constructor(element: HTMLElement) {
    this.#element = element;
    element.append(this.#title, this.#body);
  }

  /** Begins anew for a model of this name. */
  start(model: string): void {
    this.#files.clear();
    this.#overall = new ProgressLine('All files', 'overall');
    this.#body.replaceChildren(this.#overall.element);
    this.#title.textContent = `Loading ${model}`;
    this.#element.hidden = false;
  }

  /** Shows a piece of news. */
  update(progress: LoadProgress): void {
    if (progress.status === 'open') {
      this.#title.textContent = `Opening the model on ${progress.device} (${progress.dtype}) and checking its scores`;
    } else if (progress.status === 'download') {
      const { file, loaded, total, fromCache, loadedOverall, totalOverall } = progress;
      let line = this.#files.get(file);
      if (!line) {
        line = new ProgressLine(file, 'file');
        this.#files.set(file, line);
        this.#body.append(line.element);
      }
      line.show(loaded, total, fromCache ? ', from the cache' : '');
      this.#overall.show(loadedOverall, totalOverall);
    }
  }

  /** Ends: loaded, failed or overtaken. */
  stop(): void {
    this.#element.hidden = true;
  }
}
