/**
 * Readers of the files of a BEIR folder: corpus.jsonl, queries.jsonl, judgments and runs. Each takes lines (of
 * `readLines`, or an array), so that a corpus larger than memory can be filtered on the way. All throw a RerankError
 * `invalid-data` whose message starts with `file:line:`.
 */
import { RerankError } from '../errors.js';
import type { CorpusDocument, ScoredDocument } from './types.js';

/** Lines of text without their ends, as `readLines` gives them; an array will do. */
export type Lines = AsyncIterable<string> | Iterable<string>;

/** The error for a bad line. `line` counts from 1. */
function lineError(file: string, line: number, problem: string, cause?: unknown): RerankError {
  return new RerankError(
    'invalid-data',
    `${file}:${line}: ${problem}`,
    cause === undefined ? undefined : { cause },
  );
}

const excerpt = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** One JSON object a line; empty lines are skipped. */
async function* readObjects(lines: Lines, file: string): AsyncGenerator<[Record<string, unknown>, number]> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (!line.trim()) continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw lineError(file, number, `${excerpt(line)} is not JSON: expected one object a line.`, cause);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw lineError(file, number, `${excerpt(line)} is not an object: expected {"_id": …, "text": …}.`);
    }
    // A JSON object has string keys; the values are checked by `field`.
    yield [value as Record<string, unknown>, number];
  }
}

/** A text field. Whole numbers are taken for ids, as some exports write them. */
function field(record: Record<string, unknown>, key: string, file: string, line: number): string {
  const value = record[key];
  if (typeof value === 'string') return value;
  if (key === '_id' && Number.isInteger(value)) return String(value);
  const found =
    value === undefined ? `only ${Object.keys(record).join(', ') || 'nothing'}` : JSON.stringify(value);
  throw lineError(file, line, `expected a string '${key}', got ${found.slice(0, 80)}.`);
}

/**
 * Reads corpus.jsonl: `{"_id": string, "text": string, "title"?: string}` a line.
 *
 * @param keep - which documents to keep, by id; default all.
 * @returns documents by id, in the order of the file.
 * @throws RerankError `invalid-data`: not JSON, a field missing, an id given twice.
 */
export async function readCorpus(
  lines: Lines,
  file = 'corpus.jsonl',
  keep: (id: string) => boolean = () => true,
): Promise<Map<string, CorpusDocument>> {
  const corpus = new Map<string, CorpusDocument>();
  for await (const [record, line] of readObjects(lines, file)) {
    const id = field(record, '_id', file, line);
    if (!keep(id)) continue;
    if (corpus.has(id))
      throw lineError(file, line, `document '${id}' was already given: expected each id once.`);
    const title = record.title == null ? '' : field(record, 'title', file, line);
    corpus.set(id, { title, text: field(record, 'text', file, line) });
  }
  return corpus;
}

/**
 * Reads queries.jsonl: `{"_id": string, "text": string}` a line.
 *
 * @returns query text by id, in the order of the file.
 * @throws RerankError `invalid-data`: not JSON, a field missing, an id given twice.
 */
export async function readQueries(lines: Lines, file = 'queries.jsonl'): Promise<Map<string, string>> {
  const queries = new Map<string, string>();
  for await (const [record, line] of readObjects(lines, file)) {
    const id = field(record, '_id', file, line);
    if (queries.has(id))
      throw lineError(file, line, `query '${id}' was already given: expected each id once.`);
    queries.set(id, field(record, 'text', file, line));
  }
  return queries;
}

/** The two spellings of a table: BEIR's with tabs and a heading, TREC's with blanks and none. */
interface TableForm {
  readonly tsv: readonly string[];
  readonly trec: readonly string[];
}

const HEADING = /^(query[-_ ]?id|qid|topic)$/i;

/** Rows of a table as named cells. The first row decides which form it is. */
async function* readTable(
  lines: Lines,
  file: string,
  form: TableForm,
): AsyncGenerator<[Map<string, string>, number]> {
  let columns: readonly string[] | undefined;
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (!line.trim()) continue;
    const byTab = line.split('\t').map((cell) => cell.trim());
    const byBlank = line.trim().split(/\s+/);
    const first = columns === undefined;
    columns ??=
      byTab.length === form.tsv.length
        ? form.tsv
        : byBlank.length === form.trec.length
          ? form.trec
          : undefined;
    const cells = columns === form.trec ? byBlank : byTab;
    if (columns?.length !== cells.length || cells.includes('')) {
      const wanted = (
        columns === form.trec ? [] : [`${form.tsv.length} columns with tabs (${form.tsv.join(', ')})`]
      ).concat(columns === form.tsv ? [] : [`${form.trec.length} with blanks (${form.trec.join(' ')})`]);
      throw lineError(file, number, `expected ${wanted.join(' or ')}, none empty; got ${excerpt(line)}.`);
    }
    if (first && HEADING.test(cells[0] ?? '')) continue;
    yield [new Map(columns.map((name, i) => [name, cells[i] ?? ''])), number];
  }
}

function numberCell(
  cells: Map<string, string>,
  name: string,
  file: string,
  line: number,
  whole: boolean,
): number {
  const text = cells.get(name) ?? '';
  const value = Number(text);
  if (!Number.isFinite(value) || (whole && !Number.isInteger(value))) {
    throw lineError(file, line, `the ${name} is '${text}': expected a ${whole ? 'whole' : 'finite'} number.`);
  }
  return value;
}

const idsOf = (cells: Map<string, string>): [string, string] => [
  cells.get('query-id') ?? '',
  cells.get('corpus-id') ?? '',
];

/**
 * Reads judgments: BEIR's three columns with tabs (query-id, corpus-id, score; a heading is skipped), or the four of
 * TREC qrels (query-id, iteration, corpus-id, score). The first row decides.
 *
 * @returns integer grades by document by query, in the order of the file.
 * @throws RerankError `invalid-data`: a wrong number of columns, a grade that is not whole, two grades for one
 * document. The same grade twice is let pass.
 */
export async function readQrels(lines: Lines, file = 'qrels.tsv'): Promise<Map<string, Map<string, number>>> {
  const qrels = new Map<string, Map<string, number>>();
  const form = {
    tsv: ['query-id', 'corpus-id', 'score'],
    trec: ['query-id', 'iteration', 'corpus-id', 'score'],
  };
  for await (const [cells, line] of readTable(lines, file, form)) {
    const [queryId, id] = idsOf(cells);
    const grade = numberCell(cells, 'score', file, line, true);
    const judgments = qrels.get(queryId) ?? new Map<string, number>();
    const before = judgments.get(id);
    if (before !== undefined && before !== grade) {
      throw lineError(
        file,
        line,
        `query '${queryId}', document '${id}': graded ${before} before and ${grade} here.`,
      );
    }
    qrels.set(queryId, judgments.set(id, grade));
  }
  return qrels;
}

/**
 * Reads a run: four columns with tabs (query-id, corpus-id, rank, score; a heading is skipped), or TREC's six with
 * blanks (query-id, Q0, corpus-id, rank, score, tag). The first row decides. As in trec_eval the score orders the
 * documents; the rank is not used.
 *
 * @returns scored documents by query, in the order of the file.
 * @throws RerankError `invalid-data`: a wrong number of columns, a score that is not a number, a document given twice.
 */
export async function readRun(lines: Lines, file = 'run.tsv'): Promise<Map<string, ScoredDocument[]>> {
  const run = new Map<string, ScoredDocument[]>();
  const seen = new Map<string, Set<string>>();
  const form = {
    tsv: ['query-id', 'corpus-id', 'rank', 'score'],
    trec: ['query-id', 'Q0', 'corpus-id', 'rank', 'score', 'tag'],
  };
  for await (const [cells, line] of readTable(lines, file, form)) {
    const [queryId, id] = idsOf(cells);
    const score = numberCell(cells, 'score', file, line, false);
    const ids = seen.get(queryId) ?? new Set<string>();
    if (ids.has(id))
      throw lineError(file, line, `query '${queryId}' has document '${id}' twice: expected it once.`);
    seen.set(queryId, ids.add(id));
    const documents = run.get(queryId) ?? [];
    documents.push({ id, score });
    run.set(queryId, documents);
  }
  return run;
}
