import type { PagefindModule, PagefindResult } from '../adapters/pagefind-answer.js';
import type { ReorderOptions, SearchRankOptions } from '../search/options.js';
import { Reordering } from '../search/reordering.js';
import type { Reranker, RerankerOptions } from '../types.js';
import { askAgain, isActive, SEARCH_BOXES, watchIntent } from './intent.js';
import { languagesOf, speaks } from './language.js';
import { ModelSwitch, type ModelState } from './model-switch.js';
import { readAttachOptions, type AttachOptions } from './options.js';
import { attachPagefind, PAGEFIND_CANDIDATES, textOfPage } from './pagefind.js';
import { ShownOrder } from './shown-order.js';
import { isQuiet, StatusLine } from './status-line.js';
import { placeStatus } from './status-place.js';
import { Steady } from './steady.js';
import { ENGLISH } from './texts.js';

/** What `BrowserReranker.attach` gives. */
export interface Attachment {
  /** How far the model is. */
  readonly state: ModelState['name'];
  /**
   * Wraps Pagefind's module, for pages on which Pagefind has no worker (before 1.5, `noWorker`, Trusted Types). Where it has one, this
   * is not needed and does no harm.
   */
  pagefind<Module extends PagefindModule>(module: Module): Module;
  /** Ends it: the site's search is as it was, the status line is gone and the model's memory is free. */
  detach(): void;
}

/** Makes a reranker as the global's `createReranker` does. */
export type CreateReranker = (options: RerankerOptions) => Promise<Reranker>;

/** The event on `document` when results were ranked, for pages that search only when a form is sent. */
export const EVENT = 'browser-reranker';

/**
 * Re-ranks what the page's own search finds.
 *
 * @param given - the owner's options, unchecked
 * @param createReranker - makes the reranker when it is wanted
 * @param defaultModel - the model where none is named
 * @throws RerankError `invalid-input` naming the first wrong option
 */
export function attachTo(
  given: AttachOptions,
  createReranker: CreateReranker,
  defaultModel: string,
): Attachment {
  const options = readAttachOptions(given);
  const { model = defaultModel, warm = 'focus', texts: ownTexts = {}, reranker } = options;
  const texts = { ...ENGLISH, ...ownTexts };
  const languages = options.languages ?? (reranker ? undefined : languagesOf(model));
  const end = new AbortController();
  const told = new Set<string>();
  const tell = (message: string) => {
    if (told.has(message)) return;
    told.add(message);
    if (options.onProblem) options.onProblem(message);
    else console.warn(`browser-reranker: the site's own order stays. ${message}`);
  };
  const isWanted = () => {
    if (speaks(languages, document.documentElement)) return true;
    const { lang } = document.documentElement;
    tell(`The page is in "${lang}", and the model was trained for ${languages?.join(', ')}.`);
    return false;
  };

  let box: HTMLInputElement | undefined;
  const line = new StatusLine({
    texts,
    model: reranker ? undefined : model,
    lang: ownTexts.ask || ownTexts.on ? undefined : 'en',
    onTurn: (on) => {
      if (on) {
        reordering = newReordering(); // the one before had a reranker that was disposed
        return modelSwitch.turnOn();
      }
      modelSwitch.turnOff();
      shown.forget();
      showAgain(); // in the site's own order
    },
  });
  const steady = new Steady(options.results, end.signal);
  const show = () => {
    if (end.signal.aborted) return;
    showStatus();
    line.show(modelSwitch.state);
  };
  const showStatus = () => {
    if (options.status !== 'none') placeStatus(line.element, box, options.status);
  };
  const modelSwitch = new ModelSwitch({
    source: (load) => reranker ?? (() => createReranker({ ...options.rerankerOptions, model, ...load })),
    owned: !reranker,
    consent: options.consent ?? false,
    onState: () => {
      // A line that comes or goes moves what lies below it.
      const moves = line.isHidden !== isQuiet(modelSwitch.state);
      if (!moves || !steady.isHeld(box)) return show();
      void steady.whenLeft(box, end.signal).then(show);
    },
    onProblem: tell,
  });
  const want = () => {
    if (isWanted()) modelSwitch.want();
  };
  const showAgain = () => {
    if (box?.isConnected && box.value.trim() !== '') askAgain(box);
  };

  const order: ReorderOptions<PagefindResult> = {
    text: textOfPage,
    candidates: options.candidates ?? PAGEFIND_CANDIDATES,
    patience: options.patience ?? 5000,
    rank: (_query, hits) => blending(options, hits),
    onProblem: ({ message }) => modelSwitch.failed(message),
  };
  const newReordering = () => new Reordering(() => modelSwitch.reranker(), order, true);
  let reordering = newReordering();
  const shown = new ShownOrder<PagefindResult>({
    model: modelSwitch,
    steady,
    hold: options.hold ?? 400,
    box: () => box,
    rank: async (query, hits) => {
      const order = await reordering.order(query, hits, { signal: end.signal });
      if (order) modelSwitch.worked();
      return order;
    },
    showAgain: (query) => {
      showAgain();
      document.dispatchEvent(new CustomEvent(EVENT, { detail: { query } }));
    },
    onReordered: () => line.announce(texts.reordered),
  });

  let hasIntent = false;
  watchIntent(
    options.input ?? SEARCH_BOXES,
    {
      onFocus: (focused) => {
        box = focused;
        if (modelSwitch.state.name !== 'waiting') showStatus();
        if (warm !== 'never') want();
      },
      onType: (typed) => {
        box = typed;
        hasIntent = true;
        if (warm !== 'never') want();
      },
    },
    end.signal,
  );
  if (warm === 'idle') whenIdle(() => !end.signal.aborted && isWanted() && modelSwitch.wantUnasked());
  const pagefind = attachPagefind(
    shown,
    () => {
      if (!isWanted()) return false;
      if (hasIntent || isActive()) modelSwitch.want();
      return true;
    },
    tell,
  );

  return {
    get state() {
      return modelSwitch.state.name;
    },
    pagefind: (module) => pagefind.wrap(module),
    detach: () => {
      end.abort();
      pagefind.stop();
      shown.forget();
      modelSwitch.dispose();
      line.element.remove();
    },
  };
}

/** The owner's blending as options of `rank`. */
function blending(
  { priorWeight, keepFirst, minScore }: AttachOptions,
  hits: readonly PagefindResult[],
): SearchRankOptions {
  return {
    ...(priorWeight && { prior: { scores: hits.map(({ score = 0 }) => score), weight: priorWeight } }),
    ...(keepFirst && { keepFirst }),
    ...(minScore !== undefined && { minScore }),
  };
}

/** Runs something when the page has nothing else to do. */
function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) window.requestIdleCallback(run);
  else setTimeout(run, 2000);
}
