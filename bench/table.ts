/** A whole number with commas; a dash for none. */
export const whole = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en');

/** Bytes as megabytes; a dash for none. */
export const megabytes = (bytes: number | undefined): string =>
  bytes === undefined || Number.isNaN(bytes) ? '–' : (bytes / 1e6).toFixed(1);

/** A number with a few digits; a dash for none. */
export const fixed = (value: number | undefined, digits: number): string =>
  value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits);

/** A Markdown table, the first column to the left, the others to the right. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map((_, place) => (place === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}
