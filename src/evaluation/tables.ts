import { excerpt, lineError } from './line-error.js';

/** Lines of text without their ends, as `readLines` gives them; an array will do. */
export type Lines = AsyncIterable<string> | Iterable<string>;

/** A way to write a table: how its columns are set apart, and their names. */
export interface TableForm {
  /** What stands between two columns. */
  readonly by: 'tab' | 'blank';
  /** The columns, the query's first. */
  readonly names: readonly string[];
  /** Which of them hold numbers. */
  readonly numbers: readonly string[];
}

/** A row with its place in the file. */
export interface TableRow {
  /** Cells by the form's names. */
  readonly cells: ReadonlyMap<string, string>;
  /** Counted from 1. */
  readonly line: number;
  /** The names of the heading, in its own words; undefined where the file has none. */
  readonly heading: readonly string[] | undefined;
}

/** First cells of headings in use: query-id, query_id, qid, Query ID, topic, question_id. An id has a digit somewhere. */
const HEADING = /^\W*(query|question|q[-_. ]?id|topic)\D*$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Rows of a table. The first row decides which form the file has; it is a heading where it begins like one and has words
 * in the columns of numbers.
 *
 * @throws RerankError `invalid-data` for a row of another number of columns, or with an empty one.
 */
export async function* readTable(
  lines: Lines,
  file: string,
  forms: readonly TableForm[],
): AsyncGenerator<TableRow, void, undefined> {
  let form: TableForm | undefined;
  let heading: string[] | undefined;
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (!line.trim()) continue;
    const first = form === undefined;
    form ??= forms.find(({ by, names }) => split(line, by).length === names.length);
    const cells = form && split(line, form.by);
    if (form === undefined || cells?.length !== form.names.length || cells.includes('')) {
      const wanted = (form === undefined ? forms : [form]).map(described).join(' or ');
      throw lineError(file, number, `expected ${wanted}, none empty; got ${excerpt(line)}.`);
    }
    const row = new Map(form.names.map((name, i) => [name, cells[i] ?? '']));
    if (first && isHeading(row, form)) heading = cells;
    else yield { cells: row, line: number, heading };
  }
}

const split = (line: string, by: TableForm['by']): string[] =>
  by === 'tab' ? line.split('\t').map((cell) => cell.trim()) : line.trim().split(/\s+/);

const described = ({ by, names }: TableForm): string =>
  by === 'tab'
    ? `${names.length} columns with tabs (${names.join(', ')})`
    : `${names.length} with blanks (${names.join(' ')})`;

const isHeading = (row: ReadonlyMap<string, string>, { names, numbers }: TableForm): boolean =>
  HEADING.test(row.get(names[0] ?? '') ?? '') && numbers.every((name) => !NUMBER.test(row.get(name) ?? ''));

/** The number in a cell. @throws RerankError `invalid-data` where it is none, or not whole where it has to be. */
export function numberCell(
  { cells, line }: TableRow,
  name: string,
  file: string,
  kind: 'whole' | 'finite',
): number {
  const text = cells.get(name) ?? '';
  const value = Number(text);
  if (!NUMBER.test(text) || !Number.isFinite(value) || (kind === 'whole' && !Number.isInteger(value))) {
    throw lineError(file, line, `the ${name} is '${text}': expected a ${kind} number.`);
  }
  return value;
}
