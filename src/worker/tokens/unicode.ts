/**
 * The inside of a character class, for a regular expression with the flag `u`.
 *
 * @param packed - a table of `unicode-tables.ts`
 */
export function characterClass(packed: string): string {
  let end = 0;
  const written = (code: number) => `\\u{${code.toString(16)}}`;
  return packed
    .split(' ')
    .map((range) => {
      const [gap = '', more] = range.split('+');
      const first = end + parseInt(gap, 36);
      const last = first + (more === undefined ? 0 : parseInt(more, 36));
      end = last + 1;
      return last === first ? written(first) : `${written(first)}-${written(last)}`;
    })
    .join('');
}

/** Texts that only single, printable characters of ASCII make up: most normalisation leaves them as they are. */
export const PLAIN = /^[ -~]*$/;
