/**
 * Puts text between a pair of markers, `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`.
 * @throws Error when the document does not have both, in this order
 */
export function fillIn(document: string, name: string, text: string): string {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const from = document.indexOf(open);
  const to = document.indexOf(close);
  if (from < 0 || to < from) throw new Error(`the document has no ${open} … ${close}`);
  return `${document.slice(0, from + open.length)}\n${text.trim()}\n${document.slice(to)}`;
}
