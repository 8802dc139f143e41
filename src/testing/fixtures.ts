import { readFileSync } from 'node:fs';

/** A text of parity.json: itself, or a short one many times over. */
type StoredText = string | { repeat: string; times: number };

/** One pair as the reference sees it; see training/fixtures/goldens.py. */
export interface GoldenRow {
  /** Tokens after truncation. */
  length: number;
  /** crc32 of all ids as little-endian int32. */
  crc: number;
  /** The first ids. */
  ids: number[];
  /** First position of token type 1, where the model has types. */
  firstOfPassage: number | null;
  /** The fp32 logit of sentence-transformers. */
  logit: number;
}

/** The fixtures that training/fixtures/goldens.py wrote, with the texts written out. */
export function readParity(model: string): {
  maxLength: number;
  pairs: [string, string][];
  rows: GoldenRow[];
} {
  const stored = readStored();
  const texts = stored.texts.map(written);
  const golden = stored.models[model];
  if (!golden) throw new Error(`parity.json has no ${model}`);
  return {
    maxLength: golden.maxLength,
    pairs: stored.pairs.map(([query, passage]) => [texts[query] ?? '', texts[passage] ?? '']),
    rows: golden.rows.map(([length, crc, ids, firstOfPassage, logit]) => ({
      length,
      crc,
      ids,
      firstOfPassage,
      logit,
    })),
  };
}

/** All texts of parity.json, written out. */
export function readTexts(): string[] {
  return readStored().texts.map(written);
}

interface StoredParity {
  texts: StoredText[];
  pairs: [number, number][];
  models: Record<
    string,
    { maxLength: number; rows: [number, number, number[], number | null, number, string][] }
  >;
}

function readStored(): StoredParity {
  // Written by our own script; its shape is that of this file's types.
  return JSON.parse(readFileSync(fixture('parity.json'), 'utf8')) as StoredParity;
}

function written(text: StoredText): string {
  return typeof text === 'string' ? text : text.repeat.repeat(text.times);
}

/** URL of a file among the fixtures. */
export function fixture(path: string): URL {
  return new URL(`fixtures/${path}`, import.meta.url);
}
