/** One line of at most `width` characters (at least 20): white space runs together, what is too long ends in `…`. */
export function shorten(text: string, width: number): string {
  const line = printable(text.replace(/\s+/g, ' ').trim());
  return line.length <= width ? line : `${line.slice(0, Math.max(width - 1, 20))}…`;
}

/** What a terminal acts on: control characters but for tab and line feed, and those that turn the direction of writing. */
// eslint-disable-next-line no-control-regex -- these are what it is about
const ACTIVE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** A text with everything that a terminal acts on as `\uXXXX`: the same value where the text is JSON, and harmless. */
export function printable(text: string): string {
  return text.replace(ACTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
