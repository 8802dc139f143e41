import type { Passage } from './collection.js';

const MOST_PASSAGES = 5000;

/**
 * Reads pasted passages: a JSON array, JSONL, or plain text with one passage a line. Items of JSON are strings or
 * objects with a `text` field, and a `title` where they have one.
 * @throws Error with a message for the person who pasted them, naming the line or item.
 */
export function parsePassages(input: string): Passage[] {
  const text = input.trim();
  if (text === '') throw new Error('There is nothing to rank yet: paste at least one passage.');
  const passages = /^\[\s*["{\]]/.test(text)
    ? parseJson(text)
    : text.startsWith('{')
      ? parseJsonLines(text)
      : lines(text).map(({ line }) => ({ body: line }));
  if (passages.length === 0) throw new Error('The list is empty: it needs at least one passage.');
  if (passages.length > MOST_PASSAGES) {
    throw new Error(`These are ${passages.length} passages; this page takes at most ${MOST_PASSAGES}.`);
  }
  return passages;
}

/** The lines that are not blank, with their numbers from 1. */
function lines(text: string): { line: string; number: number }[] {
  return text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '');
}

function parseJson(text: string): Passage[] {
  const value: unknown = parse(text, 'This looks like a JSON array, but it does not parse');
  if (!Array.isArray(value)) throw new Error('The JSON must be an array of passages.');
  return value.map((item: unknown, index) => toPassage(item, `Item ${index + 1}`));
}

function parseJsonLines(text: string): Passage[] {
  return lines(text).map(({ line, number }) =>
    toPassage(parse(line, `Line ${number} is not valid JSON`), `Line ${number}`),
  );
}

function parse(text: string, problem: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`${problem}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function toPassage(item: unknown, where: string): Passage {
  if (typeof item === 'string') return notEmpty({ body: item }, where);
  if (typeof item !== 'object' || item === null || !('text' in item) || typeof item.text !== 'string') {
    throw new Error(`${where} has no text: each must be a string or an object with a "text" string.`);
  }
  const title =
    'title' in item && typeof item.title === 'string' && item.title !== '' ? item.title : undefined;
  return notEmpty({ body: item.text, ...(title !== undefined && { title }) }, where);
}

function notEmpty(passage: Passage, where: string): Passage {
  if (passage.body.trim() === '') throw new Error(`${where} is empty.`);
  return passage;
}
