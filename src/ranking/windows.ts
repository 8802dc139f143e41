import type { CharacterRange } from '../types.js';

/**
 * Cuts a passage that is too long into overlapping windows at word boundaries.
 *
 * @param passage - the text
 * @param room - most tokens in a window
 * @param overlap - share of a window that the next one repeats, 0 to 0.9
 * @param countTokens - tokens of a piece of text, without special tokens
 * @returns character ranges that together cover the text; each holds `room` tokens or fewer, but for a single word
 *   that is longer by itself
 */
export function cutWindows(
  passage: string,
  room: number,
  overlap: number,
  countTokens: (text: string) => number,
): CharacterRange[] {
  const words = splitWords(passage, countTokens);
  const windows: CharacterRange[] = [];
  let first = 0;
  while (first < words.length) {
    let last = first;
    let tokens = words[first]?.tokens ?? 0;
    for (let next = words[last + 1]; next && tokens + next.tokens <= room; next = words[last + 1]) {
      tokens += next.tokens;
      last++;
    }
    windows.push({ start: words[first]?.start ?? 0, end: words[last]?.end ?? passage.length });
    if (last === words.length - 1) break;
    first = nextFirst(words, first, last, overlap * tokens);
  }
  return windows;
}

interface Word extends CharacterRange {
  tokens: number;
}

/** The first word of the next window: back from `last` while the repeated words hold no more than `repeat` tokens. */
function nextFirst(words: readonly Word[], first: number, last: number, repeat: number): number {
  let next = last + 1;
  let repeated = 0;
  while (next - 1 > first) {
    repeated += words[next - 1]?.tokens ?? 0;
    if (repeated > repeat) break;
    next--;
  }
  return next;
}

/** Words with their token counts; white space belongs to nobody, and scripts without spaces are cut by dictionary. */
function splitWords(passage: string, countTokens: (text: string) => number): Word[] {
  const counts = new Map<string, number>();
  const words: Word[] = [];
  for (const { segment, index } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(passage)) {
    if (segment.trim() === '') continue;
    let tokens = counts.get(segment);
    if (tokens === undefined) counts.set(segment, (tokens = countTokens(segment)));
    words.push({ start: index, end: index + segment.length, tokens });
  }
  return words;
}
