import type { CharacterRange } from '../../src/index.js';
import { passageText, type Passage } from './collection.js';
import { h } from '../shared/dom.js';

/** Words that are left unmarked, as nearly every passage has them: short ones and these. */
const SHORTEST_MARKED = 4;
const COMMON = new Set([
  'from',
  'have',
  'having',
  'that',
  'this',
  'were',
  'what',
  'when',
  'where',
  'which',
  'with',
]);
/** About as many characters as a brief text shows for sure. */
const FIRST_LINES = 80;
const WORD = /[\p{L}\p{N}]+/gu;

/** The body's part of a range that counts in the passage's whole text, title included. */
function inBody(passage: Passage, range: CharacterRange): CharacterRange {
  const offset = passageText(passage).length - passage.body.length;
  return { start: Math.max(0, range.start - offset), end: Math.max(0, range.end - offset) };
}

/** Where a brief text should begin so that the first match is seen: at its sentence, or at its clause. */
function startOf(body: string, match: number): number {
  if (match < FIRST_LINES) return 0;
  const found = Math.max(...['. ', '; ', ', '].map((end) => body.lastIndexOf(end, match)));
  return found < 0 ? 0 : found + 2;
}

/** The prose with the words marked that the keyword search matched; `brief` begins near the first of them. */
function withTerms(body: string, terms: readonly string[], brief: boolean): Node[] {
  const wanted = new Set(terms.filter((term) => term.length >= SHORTEST_MARKED && !COMMON.has(term)));
  const matches = [...body.matchAll(WORD)].filter((match) => wanted.has(match[0].toLowerCase()));
  let end = brief ? startOf(body, matches[0]?.index ?? 0) : 0;
  const nodes: Node[] = end > 0 ? [new Text('… ')] : [];
  for (const match of matches) {
    nodes.push(new Text(body.slice(end, match.index)), h('b', { class: 'term' }, match[0]));
    end = match.index + match[0].length;
  }
  return [...nodes, new Text(body.slice(end))];
}

/** The prose with its best window marked; `brief` begins at the window. */
function withWindow(body: string, { start, end }: CharacterRange, brief: boolean): Node[] {
  const mark = h('mark', { class: 'window', title: 'The part that scored best' }, body.slice(start, end));
  const before = brief && start > 0 ? '… ' : body.slice(0, start);
  return [new Text(before), mark, new Text(body.slice(end))];
}

/** How the prose of a passage is shown. */
export interface TextOptions {
  /** The best window, counted in the passage's whole text. */
  readonly window: CharacterRange | undefined;
  /** Words to mark. */
  readonly terms: readonly string[];
  /** Whether only the first lines will be seen. */
  readonly brief: boolean;
}

/** The prose of a passage as nodes, with what mattered marked. */
export function proseOf(passage: Passage, { window, terms, brief }: TextOptions): Node[] {
  return window
    ? withWindow(passage.body, inBody(passage, window), brief)
    : withTerms(passage.body, terms, brief);
}
