import { createReranker, type LoadProgress, type Reranker, type RerankerOptions } from '../../src/index.js';

/** What the visitor chose to run. */
export interface EngineSettings {
  /** As `createReranker` takes it. */
  readonly model: string;
  /** Where to run. */
  readonly device: NonNullable<RerankerOptions['device']>;
  /** Most tokens in a pair; longer passages are read in windows. */
  readonly maxLength: number;
}

/** True for an error that only says that somebody cancelled. */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Holds the one reranker of the page. A new one is opened beside the old one, which serves until the new one is ready. */
export class Engine {
  #reranker: Reranker | undefined;
  #settings: EngineSettings | undefined;
  #loading: AbortController | undefined;

  /** The reranker in service. */
  get reranker(): Reranker | undefined {
    return this.#reranker;
  }

  /** What the reranker in service was opened with. */
  get settings(): EngineSettings | undefined {
    return this.#settings;
  }

  /** Stops a load that is under way. */
  cancel(): void {
    this.#loading?.abort();
    this.#loading = undefined;
  }

  /**
   * Opens a reranker and puts it in the place of the old one.
   * @returns false when a later call overtook this one.
   * @throws whatever `createReranker` throws; the old one then stays in service.
   */
  async open(settings: EngineSettings, onProgress: (progress: LoadProgress) => void): Promise<boolean> {
    this.cancel();
    const loading = new AbortController();
    this.#loading = loading;
    const { signal } = loading;
    try {
      const reranker = await createReranker({
        ...settings,
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) onProgress(progress);
        },
      });
      if (signal.aborted) {
        await reranker.dispose();
        return false;
      }
      const old = this.#reranker;
      this.#reranker = reranker;
      this.#settings = settings;
      await old?.dispose();
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    } finally {
      if (this.#loading === loading) this.#loading = undefined;
    }
  }
}
