/** One line of at most `width` characters (at least 20): white space runs together, what is too long ends in `…`. */
export function shorten(text: string, width: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= width ? line : `${line.slice(0, Math.max(width - 1, 20))}…`;
}
