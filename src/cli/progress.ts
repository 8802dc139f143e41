import type { LoadProgress } from '../types.js';

const WIDTH = 24;

/** A bar on one line of a terminal; nothing at all where standard error is not one. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  #shown = '';

  /** @param stream - a terminal, by default standard error, so that output can be piped */
  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  /** Shows `done` of `total` behind a label; `suffix` follows the numbers. */
  show(label: string, done: number, total: number, suffix = ''): void {
    if (!this.#stream.isTTY) return;
    const share = total > 0 ? Math.min(done / total, 1) : 0;
    const filled = Math.round(share * WIDTH);
    const line = `${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(Math.floor(share * 100)).padStart(3)} %${suffix}`;
    if (line === this.#shown) return;
    this.#stream.write(`\r\u001B[2K${line}`);
    this.#shown = line;
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#shown) this.#stream.write('\r\u001B[2K');
    this.#shown = '';
  }

  /** For `onProgress` of `createReranker`. */
  onLoad = (progress: LoadProgress): void => {
    if (progress.status !== 'download') return;
    const { loadedOverall, totalOverall } = progress;
    this.show('Loading', loadedOverall, totalOverall ?? 0, `  ${(loadedOverall / 1e6).toFixed(1)} MB`);
  };
}
