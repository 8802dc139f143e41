import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RerankError } from '../errors.js';
import { readCorpus, readQueries } from '../evaluation/beir.js';
import { readQrels, readRun } from '../evaluation/judgments.js';
import { readLines } from '../evaluation/lines.js';
import { fuzz } from '../testing/fuzz.js';
import { passageText, readPassages } from './passages.js';
import { ResultsFile } from './results-file.js';
import { isNanoResult, isQueryResult } from './results.js';

// Thousands of broken files, the same each time: whatever is read is of the right form, or refused by a typed error.

const folder = mkdtempSync(join(tmpdir(), 'mutations-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SNIPPETS = [
  'null',
  '{}',
  '[]',
  '""',
  '-1',
  '1e999',
  '\\u0000',
  '"',
  '\t',
  '\r',
  '\n',
  ' ',
  '\ufeff',
  '\0',
  '\ud800',
];
const BYTES = SNIPPETS.map((text) => new TextEncoder().encode(text)).concat(
  Uint8Array.of(0xff, 0xfe),
  Uint8Array.of(0x1f, 0x8b),
);

/** The text with one to three changes: bytes flipped, cut out, repeated, swapped for a snippet, values exchanged. */
function mutatedBytes(text: string, random: (n: number) => number): Uint8Array<ArrayBuffer> {
  const value = /null|true|-?\d+(\.\d+)?|"[^"]*"|\[[^\]]*\]|\{[^}]*\}/g;
  const values = [...text.matchAll(value)];
  const target = values[random(Math.max(1, values.length))];
  const changed =
    target && random(2) === 0
      ? text.slice(0, target.index) +
        SNIPPETS[random(SNIPPETS.length)]! +
        text.slice(target.index + target[0].length)
      : text;
  let bytes = [...new TextEncoder().encode(changed)];
  for (let i = random(3); i >= 0; i -= 1) {
    const at = random(bytes.length + 1);
    const length = random(8);
    const kind = random(4);
    const put =
      kind === 0
        ? BYTES[random(BYTES.length)]!
        : kind === 1
          ? [random(256)]
          : kind === 2
            ? bytes.slice(at, at + length)
            : [];
    bytes = [...bytes.slice(0, at), ...put, ...bytes.slice(kind === 2 ? at : at + length)];
  }
  return Uint8Array.from(random(20) === 0 ? bytes.slice(0, random(bytes.length + 1)) : bytes);
}

async function* stream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const lines = (bytes: Uint8Array) => readLines(stream(bytes), 'file');
const isText = (value: unknown) => typeof value === 'string';

interface Target {
  name: string;
  text: string;
  /** Reads a file and says whether what came of it is of the right form. */
  read: (bytes: Uint8Array<ArrayBuffer>) => Promise<boolean>;
}

const passages = async (bytes: Uint8Array, name?: string): Promise<boolean> => {
  const path = join(folder, name ?? '');
  if (name) writeFileSync(path, bytes);
  const read = name ? await readPassages(path) : await readPassages('-', stream(bytes));
  return read.every((each) => isText(passageText(each, ['text'])));
};

const key = { model: 'm', topK: 3 };
const heading = JSON.stringify({ format: 'browser-reranker eval, version 1', ...key });
const query = {
  queryId: 'q1',
  pairs: 2,
  milliseconds: 1.5,
  baseline: { map: 1 },
  reranked: { map: 0.5 },
  ranking: [{ id: 'a', score: -1.5 }],
};
const sample = {
  dataset: 'nq',
  index: 0,
  pairs: 2,
  base: { map: 1, mrr: 1, ndcg: 1 },
  reranked: { map: 0, mrr: 0, ndcg: 0 },
};

const results =
  (is: (value: unknown) => value is object, use: (value: never) => boolean) =>
  async (bytes: Uint8Array): Promise<boolean> => {
    const path = join(folder, 'results.jsonl');
    writeFileSync(path, bytes);
    const { finished } = await ResultsFile.open(path, key, is);
    return finished.every((each) => use(each as never)); // `is` says what it is
  };

const TARGETS: Target[] = [
  {
    name: 'passages as an array',
    text: '["one", {"text": "two", "id": 7}]',
    read: (bytes) => passages(bytes, 'p.json'),
  },
  {
    name: 'passages as lines',
    text: '{"text": "one", "n": null}\n"two"\n',
    read: (bytes) => passages(bytes, 'p.jsonl'),
  },
  { name: 'passages as text', text: 'one\r\ntwo\nthrée\n', read: (bytes) => passages(bytes, 'p.txt') },
  {
    name: 'passages of standard input',
    text: '{"text": "one"}\n{"text": "two"}\n',
    read: (bytes) => passages(bytes),
  },
  {
    name: 'corpus.jsonl',
    text: '{"_id": 9007199254740993, "title": null, "text": "x"}\n{"_id": "b", "title": "T", "text": "ÿ"}\n',
    read: async (bytes) =>
      [...(await readCorpus(lines(bytes)))].every(([id, { title, text }]) => [id, title, text].every(isText)),
  },
  {
    name: 'queries.jsonl',
    text: '{"_id": "q1", "text": "x"}\n{"_id": 2, "text": "y"}\n',
    read: async (bytes) => [...(await readQueries(lines(bytes)))].flat().every(isText),
  },
  {
    name: 'qrels.tsv',
    text: 'query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq2\td1\t2\n',
    read: async (bytes) =>
      [...(await readQrels(lines(bytes))).values()].every((grades) =>
        [...grades.values()].every(Number.isInteger),
      ),
  },
  ...['q1\td1\t1\t2.5\nq1\td2\t2\t-1e-3\n', 'q1 Q0 d1 1 2.5 x\nq1 Q0 d2 2 1 x\n', 'q1 d1 1\nq1 d2 2\n'].map(
    (text) => ({
      name: `the run ${JSON.stringify(text)}`,
      text,
      read: async (bytes: Uint8Array) =>
        [...(await readRun(lines(bytes))).values()]
          .flat()
          .every(({ id, score }) => isText(id) && Number.isFinite(score)),
    }),
  ),
  {
    name: 'results of a folder',
    text: `${heading}\n${JSON.stringify(query)}\n`,
    read: results(
      isQueryResult,
      ({ queryId, baseline, reranked, ranking }: typeof query) =>
        isText(queryId) &&
        [baseline.map, reranked.map].every((figure) => figure === undefined || figure <= 1.000001) &&
        ranking.every(({ id, score }) => isText(id) && Number.isFinite(score)),
    ),
  },
  {
    name: 'results of NanoBEIR',
    text: `${heading}\n${JSON.stringify(sample)}\n`,
    read: results(
      isNanoResult,
      ({ index, base, reranked }: typeof sample) =>
        Number.isInteger(index) && [base ?? reranked, reranked].every(({ ndcg }) => ndcg <= 1.000001),
    ),
  },
];

describe('mutations', { timeout: 60_000 }, () => {
  it.each(TARGETS)('of $name are read right or refused', async ({ name, text, read }) => {
    expect(await read(new TextEncoder().encode(text))).toBe(true);
    const { times, random: source } = fuzz(400, name.length * 7919 + 1);
    const random = (n: number) => Math.floor(source() * n);
    let refused = 0;
    for (let i = 0; i < times; i += 1) {
      const bytes = mutatedBytes(text, random);
      const outcome = await read(bytes).catch((error: unknown) => error);
      if (outcome instanceof RerankError) refused += 1;
      else expect(outcome, JSON.stringify(new TextDecoder().decode(bytes))).toBe(true);
    }
    expect(refused).toBeGreaterThan(20); // else the mutations break nothing
  });
});
