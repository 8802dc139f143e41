import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { RerankError } from '../errors.js';
import type { RankDocument } from '../types.js';

/**
 * Reads passages from a file (or from standard input, `-`): `.txt` has a passage a line; `.json` an array; `.jsonl` a
 * value a line. JSON values are strings or objects with a `text`. Standard input is JSON when it starts like it, else text.
 *
 * @throws RerankError `invalid-input` where the file cannot be read, `invalid-data` with the line that is wrong
 */
export async function readPassages(
  file: string,
  input: NodeJS.ReadableStream = process.stdin,
): Promise<RankDocument[]> {
  const content = file === '-' ? await text(input) : await readText(file);
  const name = file === '-' ? 'standard input' : file;
  switch (kindOf(file, content)) {
    case 'json': {
      const parsed = parse(content, name);
      if (!Array.isArray(parsed))
        throw wrong(name, 'is not an array', 'a JSON array of strings or of objects with "text"');
      return parsed.map((value, index) => toDocument(value, `${name}: item ${index + 1}`));
    }
    case 'jsonl':
      return lines(content).map(({ line, number }) =>
        toDocument(parse(line, `${name}:${number}`), `${name}:${number}`),
      );
    case 'txt':
      return lines(content).map(({ line }) => line.trim());
  }
}

function kindOf(file: string, content: string): 'json' | 'jsonl' | 'txt' {
  const extension = /\.(json|jsonl|ndjson|txt)$/i.exec(file)?.[1]?.toLowerCase();
  if (extension === 'json' || extension === 'txt') return extension;
  if (extension) return 'jsonl';
  if (file !== '-') throw wrong(file, 'has an unknown ending', '.txt (a passage a line), .json or .jsonl');
  const start = content.trimStart()[0];
  return start === '[' ? 'json' : start === '{' ? 'jsonl' : 'txt';
}

function lines(content: string): { line: string; number: number }[] {
  return content
    .split(/\r?\n/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '');
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new RerankError(
      'invalid-input',
      `The passages file ${file} could not be read: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function parse(json: string, place: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new RerankError('invalid-data', `${place} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function toDocument(value: unknown, place: string): RankDocument {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string') {
    return { ...value, text: value.text };
  }
  throw wrong(place, 'has no text', 'a string, or an object with a string "text"');
}

function wrong(place: string, what: string, expected: string): RerankError {
  return new RerankError('invalid-data', `${place} ${what}; expected ${expected}.`);
}
