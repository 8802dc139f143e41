import { formatTime, h } from '../shared/dom.js';
import { latencyPlot, type Measurement } from './latency-plot.js';
import type { Cost } from './pipeline.js';

/** Shows where the time of the last ranking went, and how long the session's rankings took. */
export class TimeView {
  readonly #body: HTMLElement;
  readonly #figure: HTMLElement;
  readonly #measurements: Measurement[] = [];

  /** @param body - for the split. @param figure - for the plot. */
  constructor(body: HTMLElement, figure: HTMLElement) {
    this.#body = body;
    this.#figure = figure;
  }

  /** Adds a ranking. */
  add({ stats, info, searchMs }: Cost): void {
    const { tokenizeMs, runMs, totalMs, pairs, rows, tokens, batches } = stats;
    const fact = (name: string, value: string, kind = '') => [
      h('dt', kind === '' ? {} : { class: `key ${kind}` }, name),
      h('dd', {}, value),
    ];
    const work = tokenizeMs + runMs;
    const split = h(
      'div',
      { class: 'split', 'aria-hidden': 'true' },
      h('span', { class: 'tokenise' }),
      h('span', { class: 'run' }),
    );
    split.style.setProperty('--tokenise', work > 0 ? (tokenizeMs / work).toFixed(4) : '0');
    this.#body.replaceChildren(
      split,
      h(
        'dl',
        { class: 'facts' },
        ...fact('Tokenise', formatTime(tokenizeMs), 'tokenise'),
        ...fact('Run', formatTime(runMs), 'run'),
        ...fact('Total', formatTime(totalMs)),
        ...fact('BM25', formatTime(searchMs)),
      ),
      h(
        'p',
        { class: 'note' },
        `${pairs} passages${rows > pairs ? ` in ${rows} windows` : ''}, ${tokens.toLocaleString('en')} tokens, ${batches} batches.` +
          (info.workers > 1 ? ` Tokenise and run are summed over ${info.workers} workers.` : ''),
      ),
    );
    this.#measurements.push({ milliseconds: totalMs, device: info.device });
    this.#figure.replaceChildren(latencyPlot(this.#measurements));
  }
}
