import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

/** One row of each table that is written from what the tests recorded: docs/parity.md and docs/reliability.md. */
export interface RecordedRows {
  /** A model architecture on a backend, against the reference's logits. */
  architectures: {
    architecture: string;
    /** `WASM in Node`, `WASM in Chromium`, `WebGPU (software adapter)`. */
    backend: string;
    dtype: string;
    pairs: number;
    /** Largest difference of a logit to the reference's. */
    difference: number;
    /** Where the logits come from when not from sentence-transformers, or what else must be known. */
    note?: string;
  };
  /** A host and what it does to files, and what the caller saw. */
  hosts: { host: string; files: string; saw: string };
  /** A kind of tokenizer, against the reference's token ids. */
  tokenizers: { tokenizer: string; texts: number; differences: number; note?: string };
  /** A fault or a wrong input, what the caller saw (`ranked`, or an error's code and words), and after how long. */
  faults: { fault: string; outcome: string; message: string; ms: number };
  /** Random sequences: how many calls ended in which way. */
  chaos: { outcome: string; calls: number };
  /** A workload, and the memory of page and workers before and after it, in bytes. */
  load: { workload: string; before: number; after: number };
}

/** A table of those pages. */
export type RecordedTable = keyof RecordedRows;

/**
 * The parts of each table, in the order of the page: one for each test file that records rows. A table is only written when
 * every part was recorded in full.
 */
export const RECORDED_PARTS = {
  architectures: ['node', 'browser'],
  hosts: ['hosts'],
  tokenizers: ['kinds', 'settings'],
  faults: ['network', 'storage', 'workers', 'gpu', 'calls', 'inputs'],
  chaos: ['sequences'],
  load: ['memory'],
} as const satisfies Record<RecordedTable, readonly string[]>;

/** What a test file recorded: the rows that it set out to record, and those that it did. */
export interface RecordedPart<T extends RecordedTable> {
  /** Keys of all rows, in order. */
  planned: string[];
  /** Rows by key. */
  rows: Record<string, RecordedRows[T]>;
}

type PartOf<T extends RecordedTable> = (typeof RECORDED_PARTS)[T][number];

/** Begins a part anew; call it in `beforeAll`. What an earlier run recorded is dropped, so that runs never mix. */
export function planRows<T extends RecordedTable>(table: T, part: PartOf<T>, keys: readonly string[]): void {
  write(table, part, { planned: [...keys], rows: {} });
}

/** Records a row that was measured; call it before the test judges it. @throws Error for a key that was not planned */
export function recordRow<T extends RecordedTable>(
  table: T,
  part: PartOf<T>,
  key: string,
  row: RecordedRows[T],
): void {
  const recorded = readPart(table, part);
  if (!recorded?.planned.includes(key)) throw new Error(`${table}/${part}: no row "${key}" was planned`);
  recorded.rows[key] = row;
  write(table, part, recorded);
}

/** What was recorded for a part; undefined where its tests have not run. */
export function readPart<T extends RecordedTable>(table: T, part: PartOf<T>): RecordedPart<T> | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(table, part), 'utf8')) as RecordedPart<T>; // written below
  } catch {
    return undefined;
  }
}

function write<T extends RecordedTable>(table: T, part: PartOf<T>, recorded: RecordedPart<T>): void {
  const path = pathOf(table, part);
  mkdirSync(new URL('.', path), { recursive: true });
  writeFileSync(path, JSON.stringify(recorded, undefined, 1));
}

function pathOf(table: RecordedTable, part: string): URL {
  return new URL(`../../.cache/recorded/${table}/${part}.json`, import.meta.url);
}
