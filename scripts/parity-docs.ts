import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { PARITY_PARTS, readPart, type ParityRows, type ParityTable } from '../src/testing/record.js';

// `npm run docs:parity` writes docs/parity.md from the rows that the tests recorded. A part that is missing, or that was not
// recorded in full (a test failed or was left out), ends it: no table is written from half a run.

const TARGET = 'docs/parity.md';

const INTRODUCTION = `# Parity with the reference

Written by \`npm run docs:parity\` from what the tests recorded; do not edit. The reference is sentence-transformers 6.0.1 on
transformers 5.18, before the activation.`;

/** How a table is shown. */
interface Layout<T extends ParityTable> {
  title: string;
  text: string;
  columns: readonly string[];
  cells: (row: ParityRows[T]) => readonly (string | number)[];
}

const LAYOUTS: { readonly [T in ParityTable]: Layout<T> } = {
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
};

/** All rows of a table, and what is missing of it. */
function collect<T extends ParityTable>(table: T): { rows: ParityRows[T][]; missing: string[] } {
  const rows: ParityRows[T][] = [];
  const missing: string[] = [];
  for (const part of PARITY_PARTS[table]) {
    const recorded = readPart<T>(table, part);
    if (!recorded) missing.push(`${table}/${part}: its tests have not run`);
    for (const key of recorded?.planned ?? []) {
      const row = recorded?.rows[key];
      if (row) rows.push(row);
      else missing.push(`${table}/${part}: no row "${key}"`);
    }
  }
  return { rows, missing };
}

function section<T extends ParityTable>(table: T, rows: readonly ParityRows[T][]): string {
  const { title, text, columns, cells }: Layout<T> = LAYOUTS[table];
  const line = (values: readonly (string | number)[]) =>
    `| ${values.map((value) => String(value).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [
    `## ${title}\n\n${text}\n`,
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map(cells).map(line),
  ].join('\n');
}

const tables = Object.keys(LAYOUTS) as ParityTable[]; // the keys of the type, by its definition
const missing = tables.flatMap((table) => collect(table).missing);
if (missing.length > 0) {
  console.error(`${TARGET} is not written, since the run is not complete:\n  ${missing.join('\n  ')}`);
  process.exitCode = 1;
} else {
  const sections = tables.flatMap((table) => {
    const { rows } = collect(table);
    if (rows.length === 0) console.warn(`no test records rows of "${table}" yet`);
    return rows.length > 0 ? [section(table, rows)] : [];
  });
  writeFileSync(TARGET, await format([INTRODUCTION, ...sections].join('\n\n'), { parser: 'markdown' }));
  console.log(`${TARGET} is written`);
}
