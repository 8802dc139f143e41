/**
 * Readers of a BEIR folder's texts: corpus.jsonl and queries.jsonl. Each takes lines (of `readLines`, or an array), so that
 * a corpus larger than memory can be filtered on the way. All throw a RerankError `invalid-data` whose message starts
 * with `file:line:`.
 */
import { excerpt, lineError } from './line-error.js';
import type { Lines } from './tables.js';
import type { CorpusDocument } from './types.js';

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
    const record = value as Record<string, unknown>;
    if (typeof record._id === 'number') record._id = idAsWritten(line, record._id);
    yield [record, number];
  }
}

/** A string, or a number: `"` to `"`, or digits with what belongs to them. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/**
 * A numeric id as the text of a string, digit for digit. JavaScript rounds whole numbers above 2^53 when it parses them, so
 * they are read once more with every number in quotes. What is no whole number stays a number, and is refused.
 */
function idAsWritten(line: string, id: number): unknown {
  if (Number.isSafeInteger(id)) return String(id);
  const quoted = line.replace(STRING_OR_NUMBER, (found) => (found.startsWith('"') ? found : `"${found}"`));
  // The line has been parsed as an object before.
  const { _id: written } = JSON.parse(quoted) as { _id?: unknown };
  return typeof written === 'string' && /^-?\d+$/.test(written) ? written : id;
}

/** A text field. */
function field(record: Record<string, unknown>, key: string, file: string, line: number): string {
  const value = record[key];
  if (typeof value === 'string') return value;
  const found =
    value === undefined ? `only ${Object.keys(record).join(', ') || 'nothing'}` : JSON.stringify(value);
  throw lineError(file, line, `expected a string '${key}', got ${found.slice(0, 80)}.`);
}

/**
 * Reads corpus.jsonl: `{"_id": string, "text": string, "title"?: string}` a line. Ids may be whole numbers of
 * any size, as some exports write them.
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
 * Reads queries.jsonl: `{"_id": string, "text": string}` a line, with ids as in {@link readCorpus}.
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
