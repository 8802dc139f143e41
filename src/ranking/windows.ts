import type { CharacterRange } from '../types.js';

/** Longer "words" are cut into pieces: identifiers, base 64, or a script that the browser has no dictionary for. */
const LONGEST_WORD = 64;

/** What must not be parted from the character before it. */
const ATTACHED = /[\p{M}\u200D\uDC00-\uDFFF]/u;

/**
 * Cuts a passage that is too long into overlapping windows at word boundaries.
 *
 * @param passage - the text
 * @param room - most tokens in a window
 * @param overlap - share of a window that the next one repeats, 0 to 0.9
 * @param countTokens - tokens of a piece of text, without special tokens
 * @returns character ranges that together cover the text; each holds `room` tokens or fewer by the count of its words,
 *   and of the pieces of a word that is very long
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
    for (let start = 0, end; start < segment.length; start = end) {
      end = pieceEnd(segment, start);
      const piece = segment.slice(start, end);
      let tokens = counts.get(piece);
      if (tokens === undefined) counts.set(piece, (tokens = countTokens(piece)));
      words.push({ start: index + start, end: index + end, tokens });
    }
  }
  return words;
}

/** Where the piece of a long word ends that begins at `start`. */
function pieceEnd(word: string, start: number): number {
  if (word.length - start <= LONGEST_WORD) return word.length;
  for (let end = start + LONGEST_WORD; end > start + 1; end--) {
    if (!ATTACHED.test(word.charAt(end))) return end;
  }
  return start + LONGEST_WORD;
}

/**
 * Halves a window until each part holds `room` tokens or fewer: words together can take more tokens than one by one.
 *
 * @param countTokens - tokens of a piece of text, without special tokens
 */
export function halveWindow(
  passage: string,
  window: CharacterRange,
  room: number,
  countTokens: (text: string) => number,
): CharacterRange[] {
  const { start, end } = window;
  if (end - start < 2 || countTokens(passage.slice(start, end)) <= room) return [window];
  let middle = (start + end) >> 1;
  while (middle > start + 1 && ATTACHED.test(passage.charAt(middle))) middle--;
  return [
    ...halveWindow(passage, { start, end: middle }, room, countTokens),
    ...halveWindow(passage, { start: middle, end }, room, countTokens),
  ];
}
