import { byId, formatTime } from '../shared/dom.js';
import { showEngine } from '../shared/engine-view.js';
import { LoadingView } from '../shared/loading-view.js';
import { clearProblem, showProblem } from '../shared/problem.js';
import { EvaluationForm } from './form.js';
import { Judging, type JudgingEvents } from './judging.js';
import { ReportView } from './report-view.js';

const RENEW_MS = 400;

const problem = byId('problem', HTMLElement);
const announcer = byId('announcer', HTMLElement);
const summary = byId('summary', HTMLElement);
const running = byId('running', HTMLElement);
const progress = byId('progress', HTMLProgressElement);
const left = byId('left', HTMLElement);
const start = byId('start', HTMLButtonElement);
const stop = byId('stop', HTMLButtonElement);
const loading = new LoadingView(byId('loading', HTMLElement));
const view = new ReportView();

let judging: Judging | undefined;
let session: AbortController | undefined;
let shownAt = 0;

const form = new EvaluationForm({
  onCollection: (collection) => {
    session?.abort();
    void judging?.dispose();
    judging = new Judging(collection);
    view.clear();
    running.hidden = true;
    clearProblem(problem);
    say(`Ready to judge by ${collection.name}.`);
    showButtons();
  },
  onRefused: (error) => showProblem(problem, 'These files cannot be judged by.', error, []),
  onSettings: showButtons,
  onStart: () => void begin(),
});

stop.addEventListener('click', () => session?.abort());

/** Says it below the settings and to screen readers. */
function say(text: string): void {
  summary.textContent = text;
  announcer.textContent = text;
}

function showButtons(): void {
  const busy = session !== undefined;
  const resumable = judging?.resumable(form.settings) ?? 0;
  start.disabled = busy || judging === undefined;
  start.textContent = resumable > 0 ? 'Go on' : judging?.finished ? 'Start again' : 'Start';
  stop.hidden = !busy;
  form.locked = busy;
}

/** What is shown while an evaluation runs. */
function eventsOf(current: Judging): JudgingEvents {
  return {
    onLoad: (news) => {
      loading.update(news);
      if (news.status === 'ready') loading.stop();
    },
    onReady: (reranker) => {
      loading.stop();
      showEngine(byId('engine', HTMLElement), reranker.info);
      say('Judging, query by query.');
    },
    onQuery: ({ done, total, millisecondsLeft }) => {
      if (current !== judging) return;
      running.hidden = false;
      progress.max = total;
      progress.value = done;
      const time = !millisecondsLeft ? '' : `, ${formatTime(millisecondsLeft)} left`;
      left.textContent = `${done} of ${total} queries${time}`;
      if (performance.now() - shownAt > RENEW_MS) showReport(current);
    },
  };
}

function showReport(current: Judging): void {
  const { report, finished } = current;
  if (current !== judging || !report) return;
  view.show(report, finished);
  shownAt = performance.now();
}

/** Begins, or goes on where a session of the same settings stopped. */
async function begin(): Promise<void> {
  const current = judging;
  if (!current || session) return;
  const own = new AbortController();
  session = own;
  const { settings } = form;
  clearProblem(problem);
  loading.start('the model');
  if (current.resumable(settings) === 0) view.clear();
  showButtons();
  stop.focus();
  try {
    await current.run(settings, own.signal, eventsOf(current));
    if (current === judging) say(`Done: ${current.report?.queries ?? 0} queries judged.`);
  } catch (error) {
    if (current !== judging) return;
    if (own.signal.aborted) say('Stopped. What is done is kept while this page is open.');
    else showProblem(problem, 'The evaluation could not go on.', error, [{ label: 'Try again', act: retry }]);
  } finally {
    loading.stop();
    if (session === own) session = undefined;
    showReport(current);
    showButtons();
    if (document.activeElement === document.body) start.focus(); // the stop button that had it is gone
  }
}

function retry(): void {
  void begin();
}

showButtons();
