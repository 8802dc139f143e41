import { RerankError } from './errors.js';
import { fail, guard } from './kinds.js';

/** What texts are often called elsewhere. */
const LIKELY = /^(body|content|contents|passage|description|snippet|excerpt|title)$/;

/** Keys of a document that an error lists. */
const MOST_KEYS = 20;

/**
 * The text of a document: what `text` gives, else the string that it is or the `text` that it has.
 *
 * @param document - anything: callers without types pass what they like
 * @param what - for messages: which document this is
 * @param text - the caller's own way; what it throws is the caller's error, and is passed on as it is
 * @throws RerankError `invalid-input` for a document without a text, with the keys that it has, or for a `text` that
 *   gives something else
 */
export function documentText<D>(document: D, what: string, text?: (document: D) => string): string {
  if (text) {
    const given: unknown = text(document);
    return typeof given === 'string' ? given : fail(`text(${what})`, given, 'a string, given at once');
  }
  if (typeof document === 'string') return document;
  const own: unknown = guard(what, () => (document as { text?: unknown } | null | undefined)?.text);
  if (typeof own === 'string') return own;
  if (typeof document !== 'object' || document === null) fail(what, document, EXPECTED);
  const keys = guard(what, () => Object.keys(document));
  const listed = [...keys.slice(0, MOST_KEYS), ...(keys.length > MOST_KEYS ? ['…'] : [])];
  throw new RerankError(
    'invalid-input',
    `${what} ${own === undefined ? 'has no text' : 'has a text that is no string'}; its keys are: ` +
      `${listed.join(', ') || 'none'}. Expected ${EXPECTED}: pass the option text, as in ` +
      `{ text: (document) => document.${keys.find((key) => LIKELY.test(key)) ?? 'KEY'} }.`,
  );
}

const EXPECTED = 'a string, or an object with a text, or the option text for documents of any other shape';
