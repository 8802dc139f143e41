import type { RecordedRows, RecordedTable } from '../../src/testing/record.js';

/** How a table is shown. */
export interface Layout<T extends RecordedTable> {
  title: string;
  text: string;
  columns: readonly string[];
  cells: (row: RecordedRows[T]) => readonly (string | number)[];
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);

/** Every table by its name. */
export const LAYOUTS: { readonly [T in RecordedTable]: Layout<T> } = {
  architectures: {
    title: 'Architectures',
    text:
      'Tiny models with random weights, exported as those on the Hub are; pairs over 64 tokens are among them. What fp16 and q8 are off is ' +
      'lost in the files: the tests hold each to native onnxruntime on the same file, within .1 and .5.',
    columns: ['architecture', 'backend', 'dtype', 'pairs', 'largest difference', 'note'],
    cells: (row) => [
      row.architecture,
      row.backend,
      row.dtype,
      row.pairs,
      row.difference === 0 ? '0' : row.difference.toExponential(1),
      row.note ?? '',
    ],
  },
  hosts: {
    title: 'Hosts',
    text: 'What the caller of `createReranker` sees on hosts of each kind.',
    columns: ['host', 'files', 'the caller saw'],
    cells: (row) => [row.host, row.files, row.saw],
  },
  tokenizers: {
    title: 'Tokenizers',
    text: 'Texts whose token ids were compared with the reference.',
    columns: ['tokenizer', 'texts', 'differences', 'note'],
    cells: (row) => [row.tokenizer, row.texts, row.differences, row.note ?? ''],
  },
  faults: {
    title: 'Faults and wrong inputs',
    text:
      'Each was caused in real Chromium with a real model and real workers. After each, no worker was left; and where the cause can pass, the same page ' +
      'ranked right once it had. `ranked`: with the right scores, in spite of the fault. Most downloads were allowed one more try and 600 ms of silence.',
    columns: ['fault or input', 'the caller saw', 'its message begins', 'after (ms)'],
    cells: (row) => [row.fault, row.outcome, row.message, Math.round(row.ms)],
  },
  chaos: {
    title: 'Random sequences',
    text:
      '200 seeded sequences of loads, rankings, aborts, ended and crashed workers, bad networks and disposals. A ranking counts as `ranked` only ' +
      'with the right scores. After each sequence no worker, no timer and no open promise of ours was left.',
    columns: ['calls ended as', 'calls'],
    cells: (row) => [row.outcome, row.calls],
  },
  load: {
    title: 'Load',
    text: 'Memory of the page and its workers (`measureUserAgentSpecificMemory`) after the warm-up and at the end.',
    columns: ['workload', 'warm (MB)', 'at the end (MB)', 'change'],
    cells: (row) => [
      row.workload,
      megabytes(row.before),
      megabytes(row.after),
      `${(100 * (row.after / row.before - 1)).toFixed(2)} %`,
    ],
  },
};
