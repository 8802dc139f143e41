import {
  blendVerdict,
  extremes,
  figureRows,
  reportMarkdown,
  signed,
  verdict,
  type ReportData,
  type ReportedQuery,
} from '../../src/evaluation/index.js';
import { byId, h } from '../shared/dom.js';
import { blendPlot } from './blend-plot.js';
import { changesPlot } from './plot.js';

const direction = (change: number) => (change > 0 ? 'up' : change < 0 ? 'down' : '');

const numbers = (before: number, after: number) => [
  h('td', { class: 'number' }, before.toFixed(4)),
  h('td', { class: 'number' }, after.toFixed(4)),
  h('td', { class: `number ${direction(after - before)}` }, signed(after - before)),
];

const heads = (first: string, ...rest: string[]) =>
  h(
    'thead',
    {},
    h(
      'tr',
      {},
      h('th', { scope: 'col' }, first),
      ...rest.map((name) => h('th', { scope: 'col', class: 'number' }, name)),
    ),
  );

/** Figures, significance, plot and tables of an evaluation, renewed while it runs, and the downloads. */
export class ReportView {
  readonly #element = byId('report', HTMLElement);
  #data: ReportData | undefined;

  constructor() {
    byId('save-json', HTMLElement).addEventListener('click', () => {
      if (this.#data) save('report.json', 'application/json', `${JSON.stringify(this.#data, null, 2)}\n`);
    });
    byId('save-markdown', HTMLElement).addEventListener('click', () => {
      if (this.#data) save('report.md', 'text/markdown', reportMarkdown(this.#data));
    });
  }

  /** Takes the report away. */
  clear(): void {
    this.#element.hidden = true;
    this.#data = undefined;
  }

  /** Shows a report; `finished` false says that queries are missing. */
  show(data: ReportData, finished: boolean): void {
    this.#data = data;
    const rows = figureRows(data).map(({ name, before, after }) =>
      h('tr', {}, h('th', { scope: 'row' }, name), ...numbers(before, after)),
    );
    const table = h('table', {}, heads('Measure', 'Before', 'After', 'Change'), h('tbody', {}, ...rows));
    byId('figures', HTMLElement).replaceChildren(table);
    const counts = `${data.wins} better, ${data.losses} worse, ${data.ties} unchanged.`;
    const partial = finished ? '' : ` So far, of ${data.queries} queries.`;
    byId('verdict', HTMLElement).textContent = `${data.comparedBy}: ${counts} ${verdict(data)}${partial}`;
    const warnings = byId('warnings', HTMLElement);
    warnings.replaceChildren(...data.warnings.map(({ message }) => h('li', {}, message)));
    warnings.hidden = data.warnings.length === 0;
    byId('plot', HTMLElement).replaceChildren(changesPlot(data));
    byId('blending', HTMLElement).hidden = data.blend === undefined;
    if (data.blend) {
      byId('blend-plot', HTMLElement).replaceChildren(blendPlot(data.blend));
      byId('blend-verdict', HTMLElement).textContent = blendVerdict(data.blend);
    }
    const { wins, losses } = extremes(data);
    showQueries(byId('wins', HTMLElement), wins, 'No query got better.');
    showQueries(byId('losses', HTMLElement), losses, 'No query got worse.');
    showQueries(byId('all', HTMLElement), data.perQuery, '');
    this.#element.hidden = false;
  }
}

function showQueries(element: HTMLElement, queries: readonly ReportedQuery[], none: string): void {
  if (queries.length === 0) {
    element.replaceChildren(h('p', { class: 'note' }, none));
    return;
  }
  const rows = queries.map(({ queryId, query, before, after }) =>
    h('tr', {}, h('th', { scope: 'row' }, query || queryId), ...numbers(before, after)),
  );
  element.replaceChildren(
    h('table', {}, heads('Query', 'Before', 'After', 'Change'), h('tbody', {}, ...rows)),
  );
}

/** Hands a text to the visitor as a file. */
function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000); // Safari reads it only after the click
}
