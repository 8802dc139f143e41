import type { LoadProgress } from '../types.js';

/** Adds up the bytes of all files of a model, and tells of each. */
export class DownloadProgress {
  readonly #files = new Map<string, { loaded: number; total: number | undefined }>();

  /** @param onProgress - told of every file's bytes */
  constructor(private readonly onProgress: ((progress: LoadProgress) => void) | undefined) {}

  /** So many bytes of a file are there now. @param total - its size, where it is known */
  report(file: string, loaded: number, total: number | undefined, fromCache: boolean): void {
    this.#files.set(file, { loaded, total });
    const all = [...this.#files.values()];
    const totals = all.map((progress) => progress.total);
    // Before the weights have begun, a total would say that nearly nothing is nearly everything.
    const begun = [...this.#files.keys()].some((path) => path.endsWith('.onnx'));
    this.onProgress?.({
      status: 'download',
      file,
      loaded,
      total,
      fromCache,
      loadedOverall: all.reduce((sum, progress) => sum + progress.loaded, 0),
      totalOverall:
        begun && totals.every((size) => size !== undefined)
          ? totals.reduce((sum, size) => sum + size, 0)
          : undefined,
    });
  }
}
