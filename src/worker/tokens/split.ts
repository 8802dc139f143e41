import { refuse } from './refuse.js';

/** What becomes of a match, in the words of tokenizer.json. */
export type Behaviour = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';

const BEHAVIOURS = new Set(['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous']);

/**
 * Checks a behaviour out of tokenizer.json.
 * @throws RerankError `unsupported-model` for one that is not known here
 */
export function readBehaviour(value: unknown): Behaviour {
  return BEHAVIOURS.has(value as string)
    ? (value as Behaviour)
    : refuse(`the split behavior ${String(value)}`);
}

interface Part {
  text: string;
  match: boolean;
}

/**
 * Cuts a text at the matches of a pattern, as the reference does.
 *
 * @param pattern - with the flag `g`
 * @param invert - takes what lies between the matches for matches
 * @returns the parts; where a match was removed from the very beginning, an empty one stands there first
 */
export function split(text: string, pattern: RegExp, behaviour: Behaviour, invert = false): string[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (index > end) parts.push({ text: text.slice(end, index), match: invert });
    parts.push({ text: found, match: !invert });
    end = index + found.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), match: invert });
  if (behaviour === 'Isolated') return parts.map((part) => part.text);
  if (behaviour === 'Removed') {
    return parts.flatMap((part, index) => (!part.match ? [part.text] : index === 0 ? [''] : []));
  }
  return merge(parts, behaviour);
}

function merge(parts: Part[], behaviour: Exclude<Behaviour, 'Removed' | 'Isolated'>): string[] {
  const backwards = behaviour === 'MergedWithNext';
  const merged: string[] = [];
  let previous: boolean | undefined;
  for (const part of backwards ? parts.reverse() : parts) {
    const joins = behaviour === 'Contiguous' ? part.match === previous : part.match && previous === false;
    const last = joins ? merged.pop() : undefined;
    merged.push(last === undefined ? part.text : backwards ? part.text + last : last + part.text);
    previous = part.match;
  }
  return backwards ? merged.reverse() : merged;
}
