import { lineError } from './line-error.js';
import { numberCell, readTable, type Lines, type TableForm, type TableRow } from './tables.js';
import type { ScoredDocument } from './types.js';

const form = (by: TableForm['by'], columns: string, ...numbers: string[]): TableForm => ({
  by,
  names: columns.split(' '),
  numbers,
});

const QRELS: readonly TableForm[] = [
  form('tab', 'query-id corpus-id score', 'score'),
  form('blank', 'query-id iteration corpus-id score', 'score'),
  form('blank', 'query-id corpus-id score', 'score'),
];

const RUN: readonly TableForm[] = [
  form('tab', 'query-id corpus-id rank score', 'rank', 'score'),
  form('blank', 'query-id Q0 corpus-id rank score tag', 'rank', 'score'),
  form('tab', 'query-id corpus-id rank', 'rank'),
  form('blank', 'query-id corpus-id rank', 'rank'),
];

const idsOf = ({ cells }: TableRow): [string, string] => [
  cells.get('query-id') ?? '',
  cells.get('corpus-id') ?? '',
];

/**
 * Reads judgments: BEIR's three columns (query-id, corpus-id, score), with tabs or blanks, or the four of TREC qrels
 * (query-id, iteration, corpus-id, score). The first row decides; a heading is skipped.
 *
 * @returns integer grades by document by query, in the order of the file.
 * @throws RerankError `invalid-data`: a wrong number of columns, a grade that is not whole, two grades for one
 * document. The same grade twice is let pass.
 */
export async function readQrels(lines: Lines, file = 'qrels.tsv'): Promise<Map<string, Map<string, number>>> {
  const qrels = new Map<string, Map<string, number>>();
  for await (const row of readTable(lines, file, QRELS)) {
    const [queryId, id] = idsOf(row);
    const grade = numberCell(row, 'score', file, 'whole');
    const judgments = qrels.get(queryId) ?? new Map<string, number>();
    const before = judgments.get(id);
    if (before !== undefined && before !== grade) {
      throw lineError(
        file,
        row.line,
        `query '${queryId}', document '${id}': graded ${before} before and ${grade} here.`,
      );
    }
    qrels.set(queryId, judgments.set(id, grade));
  }
  return qrels;
}

/**
 * Reads a run: four columns with tabs (query-id, corpus-id, rank, score), TREC's six (query-id, Q0, corpus-id, rank, score,
 * tag), or MS MARCO's three, with tabs or blanks (query-id, corpus-id, rank). The first row decides; a heading is
 * skipped. As in trec_eval the score orders the documents and the rank is not used, but for three columns, where the
 * score is the rank with a minus. A heading that says so turns the last columns round (`score rank`), or makes the third
 * one a score.
 *
 * @returns scored documents by query, in the order of the file.
 * @throws RerankError `invalid-data`: a wrong number of columns, a score that is not a number, a document given twice,
 * three columns whose third may be a score.
 */
export async function readRun(lines: Lines, file = 'run.tsv'): Promise<Map<string, ScoredDocument[]>> {
  const run = new Map<string, ScoredDocument[]>();
  const seen = new Map<string, Set<string>>();
  const ranks = new RankCheck(file);
  for await (const row of readTable(lines, file, RUN)) {
    const [queryId, id] = idsOf(row);
    const column = scoreColumn(row);
    const score = column === 'ranks' ? -ranks.read(queryId, row) : numberCell(row, column, file, 'finite');
    const ids = seen.get(queryId) ?? new Set<string>();
    if (ids.has(id)) {
      throw lineError(file, row.line, `query '${queryId}' has document '${id}' twice: expected it once.`);
    }
    seen.set(queryId, ids.add(id));
    const documents = run.get(queryId) ?? [];
    documents.push({ id, score });
    run.set(queryId, documents);
  }
  ranks.finish();
  return run;
}

/** Which column has the score, in the words of the heading where there is one; 'ranks' where only ranks are given. */
function scoreColumn({ cells, heading }: TableRow): 'score' | 'rank' | 'ranks' {
  const saysScore = /score|similarity/i.test(heading?.[2] ?? '');
  if (!cells.has('score')) return saysScore ? 'rank' : 'ranks';
  const saysRank = /rank|position/i.test(heading?.[3] ?? '');
  return saysScore && saysRank ? 'rank' : 'score';
}

/**
 * Ranks that stand alone. Read as ranks, scores would turn the order round without a word; so each query's ranks are
 * different whole numbers, begin at 0 or 1, and do not fall from line to line.
 */
class RankCheck {
  readonly #byQuery = new Map<string, { seen: Set<number>; falls: boolean; last: number; line: number }>();

  constructor(private readonly file: string) {}

  /** The rank of a row. */
  read(queryId: string, row: TableRow): number {
    const rank = numberCell(row, 'rank', this.file, 'whole');
    const { seen, falls, last, line } = this.#byQuery.get(queryId) ?? {
      seen: new Set<number>(),
      falls: true,
      last: Infinity,
      line: row.line,
    };
    if (seen.has(rank)) throw this.#doubtful(row.line, `query '${queryId}' has rank ${rank} twice`);
    this.#byQuery.set(queryId, { seen: seen.add(rank), falls: falls && rank < last, last: rank, line });
    return rank;
  }

  /** To be called after the last row. */
  finish(): void {
    for (const [queryId, { seen, falls, line }] of this.#byQuery) {
      if (falls && seen.size > 1) {
        throw this.#doubtful(line, `the ranks of query '${queryId}' fall from line to line`);
      }
      if (!seen.has(0) && !seen.has(1)) {
        throw this.#doubtful(line, `no rank of query '${queryId}' is 1 or 0`);
      }
    }
  }

  #doubtful(line: number, problem: string) {
    return lineError(
      this.file,
      line,
      `three columns are read as query, document, rank, but ${problem}. If these are scores, say so in a first line: ` +
        '"query-id", "corpus-id", "score", with tabs between.',
    );
  }
}
