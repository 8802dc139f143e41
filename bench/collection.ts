import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bm25Run } from '../src/evaluation/bm25-run.js';
import { QUESTIONS } from './questions.js';
import type { Work } from './workload.js';
import { seeded, shuffled } from './random.js';

const FILE = fileURLToPath(new URL('../demo/collection.json', import.meta.url));

/** A query and its candidates, as a first search would hand them over. */
export type SearchWork = Omit<Work, 'rows'>;

/** Two queries of a person who searches on among the same candidates. */
export interface FollowUp {
  /** The first query. */
  first: SearchWork;
  /** Another one, the same candidates. */
  second: SearchWork;
}

interface Passage {
  title: string;
  body: string;
}

/**
 * Passages of which some answer the query and most do not: what early exit needs, and random words cannot give. The
 * demo's collection (public domain), searched with BM25 as a site would; where too few passages share a word with the query, others
 * fill up.
 * @param count - candidates a query
 */
export async function searches(count: number): Promise<SearchWork[]> {
  const { passages } = JSON.parse(readFileSync(FILE, 'utf8')) as { passages: Passage[] };
  const corpus = new Map(
    passages.map(({ title, body }, id) => [String(id), { id: String(id), title, text: body }]),
  );
  const queries = new Map(QUESTIONS.map((question, id) => [String(id), question]));
  const run = await bm25Run(queries, corpus, { topK: count });
  return QUESTIONS.map((query, number) => {
    const found = (run.get(String(number)) ?? []).map(({ id }) => id);
    const others = shuffled([...corpus.keys()], seeded(number)).filter((id) => !found.includes(id));
    const candidates = [...found, ...others].slice(0, count);
    const texts = candidates.flatMap((id) => {
      const passage = corpus.get(id);
      return passage ? [`${passage.title}. ${passage.text}`] : [];
    });
    return { query, passages: texts };
  });
}

/** Pairs of neighbouring questions, each over the candidates of the first of the two. */
export function followUps(works: readonly SearchWork[]): FollowUp[] {
  return works.flatMap((first, index) => {
    const next = works[index + 1];
    return next && index % 2 === 0 ? [{ first, second: { ...first, query: next.query } }] : [];
  });
}
