import { EXAMPLES, loadCollection, type CollectionFile, type Passage } from './collection.js';
import { Controls } from './controls.js';
import { byId } from '../shared/dom.js';
import { Engine, type EngineSettings } from '../shared/engine.js';
import { showEngine } from '../shared/engine-view.js';
import { LoadingView } from '../shared/loading-view.js';
import { setUpOwnForm } from './own-form.js';
import { Pipeline } from './pipeline.js';
import { clearProblem, showProblem, type Remedy } from '../shared/problem.js';
import { Results } from './results.js';
import { TimeView } from './time-view.js';

const problem = byId('problem', HTMLElement);
const announcer = byId('announcer', HTMLElement);
const source = byId('source', HTMLElement);
const loading = new LoadingView(byId('loading', HTMLElement));
const time = new TimeView(byId('time-body', HTMLElement), byId('plot', HTMLElement));
const engine = new Engine();

let collection: CollectionFile = { name: '', source: '', licence: '', passages: [] };
let own: readonly Passage[] | undefined;

const controls = new Controls({
  onQuery: (query, typing) => pipeline.ask(query, { rest: typing }),
  onEngine: (settings) => void open(settings),
  onCandidates: search,
  onTopK: () => {
    results.topK = controls.topK;
  },
});
const results = new Results(controls.topK);
const pipeline = new Pipeline({
  onSearch: (first) => {
    results.showFirst(first);
    if (first.hits.length > 0)
      results.showWaiting(engine.reranker ? 'Reading the passages …' : 'Waiting for the model …');
  },
  onPartial: (first, second) => results.showPartial(first, second),
  onRanked: (first, second, cost) => {
    results.showRanked(first, second, cost);
    if (cost && second.length > 0) time.add(cost);
  },
  onError: (error) => {
    results.showFailed();
    const settings = engine.settings ?? controls.safeEngine;
    const remedies = [{ label: 'Load the model again', act: () => void open(settings) }];
    showProblem(problem, 'The passages could not be ranked.', error, remedies);
  },
});

/** Searches the collection in use; one's own passages are all candidates, even those that share no word. */
function search(): void {
  pipeline.search(own ?? collection.passages, { limit: controls.candidates, fill: own !== undefined });
}

/** Opens a model. When that fails, the one before serves on, and the page says what went wrong. */
async function open(settings: EngineSettings): Promise<void> {
  clearProblem(problem);
  controls.engine = settings;
  const name = controls.modelName;
  loading.start(name);
  announcer.textContent = `Loading ${name}.`;
  try {
    const opened = await engine.open(settings, (progress) => loading.update(progress));
    if (!opened) return;
    loading.stop();
    if (engine.reranker) showEngine(byId('engine-body', HTMLElement), engine.reranker.info);
    pipeline.use(engine.reranker);
  } catch (error) {
    loading.stop();
    showOpenProblem(name, settings, error);
  }
}

function showOpenProblem(name: string, failed: EngineSettings, error: unknown): void {
  const remedies: Remedy[] = [{ label: 'Try again', act: () => void open(failed) }];
  const safe = controls.safeEngine;
  if (engine.settings) controls.engine = engine.settings;
  else {
    results.showFailed();
    if (safe.model !== failed.model || safe.device !== failed.device) {
      remedies.push({ label: 'Use the model of this site', act: () => void open(safe) });
    }
  }
  const serves = engine.reranker ? ' The one before stays in use.' : '';
  showProblem(problem, `${name} could not be loaded on ${failed.device}.${serves}`, error, remedies);
}

/** Takes pasted passages, or goes back to the collection of the page. */
function useOwn(passages: readonly Passage[] | undefined): void {
  own = passages;
  controls.examplesShown = own === undefined;
  showSource();
  search();
  byId('query', HTMLInputElement).focus();
}

function showSource(): void {
  source.textContent = own
    ? `Searching your ${own.length} passages. They stay on this page.`
    : `Searching ${collection.passages.length} passages of ${collection.name}, ${collection.licence}: ${collection.source}.`;
}

/** Reads the collection and asks the first example, so that there is something to see without typing. */
async function begin(): Promise<void> {
  try {
    collection = await loadCollection();
    clearProblem(problem);
    showSource();
    search();
    controls.ask(EXAMPLES[0] ?? '');
  } catch (error) {
    showProblem(problem, 'The page has nothing to search.', error, [
      { label: 'Try again', act: () => void begin() },
    ]);
  }
}

setUpOwnForm(useOwn);
void begin();
void open(controls.engine);
