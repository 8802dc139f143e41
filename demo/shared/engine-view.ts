import { diagnose } from '../../src/diagnose.js';
import type { Attempt, RerankerInfo } from '../../src/index.js';
import { formatBytes, h } from './dom.js';

function attemptItem({ device, dtype, ok, reason }: Attempt): HTMLLIElement {
  const name = dtype === undefined ? device : `${device}, ${dtype}`;
  return h(
    'li',
    { class: ok ? 'ok' : 'failed' },
    h('strong', {}, name),
    ok ? ': in use' : `: ${reason ?? 'not tried'}`,
  );
}

function filesTable(files: RerankerInfo['files']): HTMLTableElement {
  const rows = files.map(({ file, bytes, fromCache }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, file),
      h('td', {}, formatBytes(bytes)),
      h('td', {}, fromCache ? 'cache' : 'network'),
    ),
  );
  const heads = ['File', 'Size', 'From'].map((name) => h('th', { scope: 'col' }, name));
  return h('table', {}, h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...rows));
}

/** "24.4 MB from the network, 466 kB from the cache". */
function sources(files: RerankerInfo['files']): string {
  const sum = (fromCache: boolean) =>
    files.filter((file) => file.fromCache === fromCache).reduce((total, { bytes }) => total + bytes, 0);
  const parts = [
    { bytes: sum(false), name: 'network' },
    { bytes: sum(true), name: 'cache' },
  ].filter(({ bytes }) => bytes > 0);
  return parts.map(({ bytes, name }) => `${formatBytes(bytes)} from the ${name}`).join(', ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The text for a bug report, which is asked for when a reader opens it. */
function reportDetails(info: RerankerInfo): HTMLDetailsElement {
  const text = h('pre', { tabindex: '0', 'aria-label': 'Report for a bug' });
  const details = h('details', { class: 'report' }, h('summary', {}, 'Report for a bug'), text);
  const show = async () => (text.textContent = await diagnose({ reranker: { info } }));
  details.addEventListener('toggle', () => void (details.open && show()));
  return details;
}

/** Shows what a reranker runs on, what it read, and which backends were tried. */
export function showEngine(element: HTMLElement, info: RerankerInfo): void {
  const badge = (kind: string, text: string, label: string) =>
    h('li', { class: `badge ${kind}` }, h('span', { class: 'visually-hidden' }, `${label}: `), text);
  const failed = info.attempts.filter(({ ok }) => !ok).length;
  element.replaceChildren(
    h(
      'ul',
      { class: 'badges', 'aria-label': 'Backend' },
      badge('device', info.device, 'Device'),
      badge('dtype', info.dtype ?? 'unknown', 'Weights'),
      badge(
        'workers',
        `${plural(info.workers, 'worker')}, ${plural(info.threads, 'thread')} each`,
        'Parallel',
      ),
    ),
    h(
      'dl',
      { class: 'facts' },
      h('dt', {}, 'Model'),
      h(
        'dd',
        {},
        info.model,
        info.revision !== undefined && h('small', {}, ` ${info.revision.slice(0, 12)}`),
      ),
      h('dt', {}, 'Downloaded'),
      h('dd', { class: 'sources' }, sources(info.files)),
    ),
    h('details', {}, h('summary', {}, `Files (${info.files.length})`), filesTable(info.files)),
    h(
      'details',
      { class: 'attempts' },
      h(
        'summary',
        {},
        `Backends tried (${info.attempts.length}${failed > 0 ? `, ${failed} passed over` : ''})`,
      ),
      h('ol', {}, ...info.attempts.map(attemptItem)),
    ),
    reportDetails(info),
  );
}
