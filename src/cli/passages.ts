import { createReadStream } from 'node:fs';
import { RerankError } from '../errors.js';
import { readText } from '../evaluation/text.js';

/** A passage of a file: a text, or what else a JSON file holds. */
export type Passage = string | object;

/** How a file holds its passages. */
type Kind = 'json' | 'jsonl' | 'txt';

/**
 * Reads passages from a file (or from standard input, `-`): `.txt` has a passage a line; `.json` an array; `.jsonl` a
 * value a line; each may be packed with gzip. JSON values are strings or objects with a text. What has no ending (standard
 * input, pipes) is what it looks like: an array, a JSON value a line, else text.
 *
 * @param keys - where an object has its text, see {@link passageText}
 * @throws RerankError `invalid-input` where the file cannot be read, `invalid-data` with the line that is wrong
 */
export async function readPassages(
  file: string,
  input: AsyncIterable<Uint8Array> = process.stdin,
  keys: readonly string[] = ['text'],
): Promise<Passage[]> {
  const name = file === '-' ? 'standard input' : file;
  const ending = file === '-' ? undefined : kindByEnding(file);
  const content = await readWhole(file === '-' ? input : createReadStream(file), name);
  switch (ending ?? kindByContent(content)) {
    case 'json': {
      const parsed = parse(content, name);
      if (!Array.isArray(parsed)) {
        throw wrong(name, `is ${described(parsed)}`, 'a JSON array of strings or of objects with "text"');
      }
      return parsed.map((value, index) => toPassage(value, `${name}: item ${index + 1}`, keys));
    }
    case 'jsonl':
      return lines(content).map(({ line, number }) =>
        toPassage(parse(line, `${name}:${number}`), `${name}:${number}`, keys),
      );
    case 'txt':
      return lines(content).map(({ line }) => line.trim());
  }
}

async function readWhole(bytes: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  let content = '';
  try {
    for await (const piece of readText(bytes, name)) content += piece;
  } catch (cause) {
    if (!(cause instanceof RerankError) || cause.code !== 'download-failed') throw cause;
    const reason = cause.cause instanceof Error ? cause.cause.message : cause.message;
    throw new RerankError('invalid-input', `The passages file ${name} could not be read: ${reason}`, {
      cause,
    });
  }
  return content;
}

/** By the file's name; undefined where it has no ending, as pipes have none. @throws RerankError for another ending */
function kindByEnding(file: string): Kind | undefined {
  const base = file.replace(/\.gz$/i, '').split(/[\\/]/).at(-1) ?? '';
  const ending = /[^.]\.([^.]*)$/.exec(base)?.[1]?.toLowerCase();
  if (ending === undefined) return undefined;
  if (ending === 'json' || ending === 'txt') return ending;
  if (ending === 'jsonl' || ending === 'ndjson') return 'jsonl';
  throw wrong(
    file,
    `has an unknown ending`,
    '.txt (a passage a line), .json or .jsonl, each also with .gz behind',
  );
}

/** What it looks like. Text may begin with a bracket or a quotation mark, too: then it is JSON if it parses. */
function kindByContent(content: string): Kind {
  const start = content.trimStart();
  if (start.startsWith('{')) return 'jsonl';
  if (start.startsWith('[')) return isJson(start) || /^\[\s*["{\]]/.test(start) ? 'json' : 'txt';
  const [first] = lines(content);
  return start.startsWith('"') && first && isJson(first.line) ? 'jsonl' : 'txt';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function lines(content: string): { line: string; number: number }[] {
  return content
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '');
}

function parse(json: string, place: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new RerankError('invalid-data', `${place} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

/**
 * The text of a passage that was read.
 * @param keys - the keys whose texts make it up, with a blank between; `meta.title` is the title of its meta
 */
export function passageText(passage: Passage, keys: readonly string[]): string {
  if (typeof passage === 'string') return passage;
  return keys.map((key) => textAt(passage, key)).join(' ');
}

function textAt(value: unknown, key: string): unknown {
  return key.split('.').reduce((at, part) => (Object(at) as Record<string, unknown>)[part], value);
}

function toPassage(value: unknown, place: string, keys: readonly string[]): Passage {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(place, `is ${described(value)}`, 'a string, or an object with a text');
  }
  const lacking = keys.find((key) => typeof textAt(value, key) !== 'string');
  if (lacking === undefined) return value;
  const found = textAt(value, lacking);
  const has = found === undefined ? `has no ${lacking}` : `has ${described(found)} as its ${lacking}`;
  throw new RerankError(
    'invalid-data',
    `${place} ${has}; its keys are: ${Object.keys(value).join(', ') || 'none'}. Expected a string, or an object with a string ` +
      `"${lacking}": name the key that holds the passage with --text KEY (--text meta.title for a key inside another, and ` +
      '--text more than once to join several), or leave the item out.',
  );
}

function described(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) {
    return `an object with the keys ${Object.keys(value).join(', ') || '(none)'}`;
  }
  return value === null ? 'null' : `a ${typeof value}`;
}

function wrong(place: string, what: string, expected: string): RerankError {
  return new RerankError('invalid-data', `${place} ${what}; expected ${expected}.`);
}
