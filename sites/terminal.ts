import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODEL, run } from './install.js';
import type { Candidate } from './site.js';

/** A candidate's key, and the score that the installed command gives to its text. */
export interface RankedKey {
  key: string;
  score: number;
}

/** The candidates in the order in which the installed command ranks their texts. */
export async function terminalOrder(
  packages: string,
  query: string,
  candidates: readonly Candidate[],
): Promise<RankedKey[]> {
  const file = join(packages, 'candidates.json');
  writeFileSync(file, JSON.stringify(candidates.map(({ text }) => text)));
  const bin = join(packages, 'node_modules/.bin/browser-reranker');
  const model = join(packages, 'node_modules', MODEL.package);
  const args = ['rank', '--query', query, '--passages', file, '--model', model, '--json'];
  const ranking = JSON.parse(await run(bin, args, packages)) as { index: number; score: number }[];
  return ranking.map(({ index, score }) => ({ key: candidates[index]?.key ?? '', score }));
}
