import { RerankError } from '../../src/index.js';
import type { CorpusDocument, RerankingData, ScoredDocument } from '../../src/evaluation/index.js';

/** What the page fills in when asked for an example. */
export const EXAMPLE = [
  {
    query: 'reset my password',
    results: [
      'Our password rules: at least twelve characters, changed every year.',
      'Change the e-mail address of your account in the settings.',
      'Forgot your password? Choose "Sign in", then "Send me a new one".',
    ],
    relevant: [3],
  },
  {
    query: 'delivery on Saturday',
    results: [
      'Delivery is free for orders over 40 euros.',
      'The shop is open on Saturday from nine to one.',
      'Parcels come Monday to Saturday between eight and six.',
    ],
    relevant: [3],
  },
  {
    query: 'return shoes without the box',
    results: [
      'Shoes that were not worn can be sent back within 30 days, with or without their box.',
      'How to choose the right size of shoes.',
      'Return a parcel at any post office.',
    ],
    grades: [2, 0, 1],
  },
]
  .map((sample) => JSON.stringify(sample))
  .join('\n');

function wrong(line: number, problem: string, cause?: unknown): RerankError {
  return new RerankError(
    'invalid-data',
    `Line ${line}: ${problem}`,
    cause === undefined ? undefined : { cause },
  );
}

/**
 * Reads judgments, a query a line: `{"query": …, "results": [texts], "relevant": [places from 1]}`, or with
 * `"grades": [a whole number a result]` in the place of `relevant`.
 *
 * @throws RerankError `invalid-data` with the line that is wrong.
 */
export function parseJudgments(text: string): RerankingData {
  const queries = new Map<string, string>();
  const corpus = new Map<string, CorpusDocument>();
  const qrels = new Map<string, Map<string, number>>();
  const run = new Map<string, ScoredDocument[]>();
  for (const [i, row] of text.split('\n').entries()) {
    if (!row.trim()) continue;
    const { query, results, grades } = readSample(row, i + 1);
    const queryId = String(i + 1);
    queries.set(queryId, query);
    const idOf = (place: number) => `${queryId}.${place + 1}`;
    results.forEach((result, place) => corpus.set(idOf(place), { title: '', text: result }));
    run.set(
      queryId,
      results.map((_, place) => ({ id: idOf(place), score: -place })),
    );
    qrels.set(queryId, new Map(grades.map((grade, place) => [idOf(place), grade])));
  }
  if (queries.size === 0) throw new RerankError('invalid-data', 'Paste at least one query.');
  return { queries, corpus, qrels, run };
}

function readSample(row: string, line: number): { query: string; results: string[]; grades: number[] } {
  let value: unknown;
  try {
    value = JSON.parse(row);
  } catch (cause) {
    throw wrong(line, `not valid JSON: ${(cause as Error).message}.`, cause);
  }
  if (typeof value !== 'object' || value === null) throw wrong(line, 'expected an object.');
  const { query, results, relevant, grades } = value as Record<string, unknown>; // each is checked below
  if (typeof query !== 'string') throw wrong(line, 'expected a text in "query".');
  if (!isListOf<string>(results, (item) => typeof item === 'string') || results.length === 0) {
    throw wrong(line, 'expected texts in "results", the first result first.');
  }
  if (grades !== undefined) {
    if (isListOf<number>(grades, Number.isInteger) && grades.length === results.length) {
      return { query, results, grades };
    }
    throw wrong(line, `expected ${results.length} whole numbers in "grades", one a result.`);
  }
  const isPlace = (item: unknown) => Number.isInteger(item) && Number(item) >= 1;
  if (!isListOf<number>(relevant, isPlace) || relevant.some((place) => place > results.length)) {
    throw wrong(line, `expected places from 1 to ${results.length} in "relevant".`);
  }
  return { query, results, grades: results.map((_, place) => (relevant.includes(place + 1) ? 1 : 0)) };
}

function isListOf<T extends string | number>(value: unknown, is: (item: unknown) => boolean): value is T[] {
  return Array.isArray(value) && value.every(is);
}
