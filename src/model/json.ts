import { RerankError } from '../errors.js';

/** A JSON object of unknown origin: every field is checked where it is used. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a file that must hold a JSON object.
 * @param text - the file's text
 * @param file - the file's name, for messages
 * @throws RerankError `invalid-data` for text that is not JSON, and for JSON that is no object
 */
export function parseObject(text: string, file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RerankError('invalid-data', `${file} is not JSON.`, { cause });
  }
  if (!isObject(value)) throw wrongField(file, undefined, value, 'an object');
  return value;
}

/** Whether a JSON value is an object, and neither a list nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The error for a field of a model's file that holds something else than it should.
 * @param file - the file's name
 * @param field - the field's name; undefined for the file as a whole
 * @param value - what it holds
 * @param expected - what it should hold, as the end of a sentence
 */
export function wrongField(
  file: string,
  field: string | undefined,
  value: unknown,
  expected: string,
): RerankError {
  const place = field === undefined ? file : `${file}: "${field}"`;
  // Values come out of JSON.parse, so they can be written as JSON again.
  const shown = (JSON.stringify(value) as string | undefined)?.slice(0, 100);
  return new RerankError(
    'invalid-data',
    `${place} is ${shown}, expected ${expected}. The file is broken, or is not that of a cross-encoder.`,
  );
}
