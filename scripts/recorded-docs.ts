import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { RECORDED_PARTS, readPart, type RecordedRows, type RecordedTable } from '../src/testing/record.js';
import { LAYOUTS, type Layout } from './recorded/layouts.js';

// `npm run docs:parity` and `npm run docs:reliability` write a page from the rows that the tests recorded. A part that is
// missing, or that was not recorded in full (a test failed or was left out), ends it: no table is written from half a run.

/** A page, and what it is made of. */
interface RecordedPage {
  introduction: string;
  tables: readonly RecordedTable[];
}

const PAGES: Record<string, RecordedPage> = {
  parity: {
    introduction: `# Parity with the reference

Written by \`npm run docs:parity\` from what the tests recorded; do not edit. The reference is sentence-transformers 6.0.1 on
transformers 5.18, before the activation.`,
    tables: ['architectures', 'hosts', 'tokenizers'],
  },
  reliability: {
    introduction: `# Reliability

Written by \`npm run docs:reliability\` from what \`npm run test:chaos\` recorded; do not edit. Every row is a real run.`,
    tables: ['faults', 'chaos', 'load'],
  },
};

/** All rows of a table, and what is missing of it. */
function collect<T extends RecordedTable>(table: T): { rows: RecordedRows[T][]; missing: string[] } {
  const rows: RecordedRows[T][] = [];
  const missing: string[] = [];
  for (const part of RECORDED_PARTS[table]) {
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

function section<T extends RecordedTable>(table: T, rows: readonly RecordedRows[T][]): string {
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

const name = process.argv[2] ?? '';
const page = PAGES[name];
if (!page) throw new Error(`no page "${name}"; there are ${Object.keys(PAGES).join(' and ')}`);
const target = `docs/${name}.md`;
const missing = page.tables.flatMap((table) => collect(table).missing);
if (missing.length > 0) {
  console.error(`${target} is not written, since the run is not complete:\n  ${missing.join('\n  ')}`);
  process.exitCode = 1;
} else {
  const sections = page.tables.map((table) => section(table, collect(table).rows));
  writeFileSync(target, await format([page.introduction, ...sections].join('\n\n'), { parser: 'markdown' }));
  console.log(`${target} is written`);
}
