import { isAbort, messageOf } from '../errors.js';
import { resolveReranker, type RerankerSource } from '../search/reranker-source.js';
import type { LoadProgress, Reranker } from '../types.js';
import { isFrugal, keepChoice, keptChoice } from './consent.js';

/**
 * How far the model is: nothing was loaded yet (`waiting`), the visitor is asked (`asking`), it loads, it ranks (`on`), the visitor
 * switched it off, or it cannot serve (`failed`).
 */
export type ModelState =
  | { name: 'waiting' | 'asking' | 'on' | 'off' | 'failed' }
  | {
      name: 'loading';
      /** Whole percents of all bytes; undefined until their number is known. */
      percent: number | undefined;
    };

/** What the switch needs to know. */
export interface ModelSwitchOptions {
  /** Makes the reranker, or the caller's own. @param load - what to tell it about its loading */
  source: (load: { signal: AbortSignal; onProgress: (progress: LoadProgress) => void }) => RerankerSource;
  /** Always ask before anything is loaded. */
  consent: boolean;
  /** Whether the reranker is ours to dispose. */
  owned: boolean;
  /** Told each new state. */
  onState: (state: ModelState) => void;
  /** Told why the site's own order stays. */
  onProblem: (message: string) => void;
}

/** Loads the model when the visitor wants it and may be asked to pay for it, and lets him switch it off. */
export class ModelSwitch {
  #state: ModelState = { name: 'waiting' };
  #stop = new AbortController();
  #reranker: Promise<Reranker> | undefined;
  #waiting: (() => void)[] = [];

  constructor(private readonly options: ModelSwitchOptions) {}

  /** How far the model is. */
  get state(): ModelState {
    return this.#state;
  }

  /** The reranker, once the state has been `on`. */
  readonly reranker = (): Promise<Reranker> =>
    this.#reranker ?? Promise.reject(new DOMException('The model is off.', 'AbortError'));

  /** The visitor has shown that he means to search: loads, or asks, unless one of them was done already. */
  want(): void {
    if (this.#state.name !== 'waiting') return;
    const choice = keptChoice();
    if (choice === 'off') this.#become({ name: 'off' });
    else if (choice !== 'on' && (this.options.consent || isFrugal())) this.#become({ name: 'asking' });
    else this.#load();
  }

  /** As {@link want}, where nobody has shown anything yet: nothing that would have to be asked for. */
  wantUnasked(): void {
    if (keptChoice() !== 'off' && !this.options.consent && !isFrugal()) this.want();
  }

  /** The visitor agrees, or switches it on again. */
  turnOn(): void {
    keepChoice('on');
    if (this.#state.name !== 'loading' && this.#state.name !== 'on') this.#load();
  }

  /** The visitor declines, or switches it off: loading ends, and memory is freed. */
  turnOff(): void {
    keepChoice('off');
    this.#free();
    this.#become({ name: 'off' });
  }

  /** Waits until the model is ready; never ends where it never is. */
  async whenOn(): Promise<void> {
    while (this.#state.name !== 'on') await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** A ranking went well. */
  worked(): void {
    if (this.#state.name === 'failed' && this.#reranker) this.#become({ name: 'on' });
  }

  /** A ranking failed or took too long: the site's own order stays. */
  failed(message: string): void {
    this.#become({ name: 'failed' });
    this.options.onProblem(message);
  }

  /** Ends it for good. */
  dispose(): void {
    this.#free();
    this.#state = { name: 'off' };
    this.#waiting = [];
  }

  #load(): void {
    const { signal } = (this.#stop = new AbortController());
    this.#become({ name: 'loading', percent: undefined });
    const onProgress = (progress: LoadProgress) => {
      if (progress.status !== 'download' || signal.aborted) return;
      const { loadedOverall, totalOverall } = progress;
      const percent = totalOverall ? Math.floor((100 * loadedOverall) / totalOverall) : undefined;
      if (this.#state.name === 'loading' && this.#state.percent !== percent)
        this.#become({ name: 'loading', percent });
    };
    this.#reranker = resolveReranker(this.options.source({ signal, onProgress }))();
    this.#reranker.then(
      () => {
        if (!signal.aborted) this.#become({ name: 'on' });
      },
      (error: unknown) => {
        if (isAbort(error, signal)) return;
        this.#reranker = undefined;
        this.failed(messageOf(error));
      },
    );
  }

  #free(): void {
    this.#stop.abort();
    if (this.options.owned)
      void this.#reranker?.then((reranker) => reranker.dispose()).catch(() => undefined);
    this.#reranker = undefined;
  }

  #become(state: ModelState): void {
    this.#state = state;
    this.options.onState(state);
    if (state.name === 'on') for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
