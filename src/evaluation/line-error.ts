import { RerankError } from '../errors.js';

/** The error for a bad line. `line` counts from 1. */
export function lineError(file: string, line: number, problem: string, cause?: unknown): RerankError {
  return new RerankError(
    'invalid-data',
    `${file}:${line}: ${problem}`,
    cause === undefined ? undefined : { cause },
  );
}

/** The beginning of a line, quoted, for messages. */
export const excerpt = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
