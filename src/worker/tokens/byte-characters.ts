/** The bytes that stand for themselves in byte-level vocabularies: printable characters of Latin-1. */
const PRINTABLE = [
  [0x21, 0x7e],
  [0xa1, 0xac],
  [0xae, 0xff],
] as const;

/** The character of each byte: itself where it can be printed, else the next one from U+0100 on. */
const CHARACTERS: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = PRINTABLE.some(([first, last]) => byte >= first && byte <= last);
    return String.fromCharCode(printable ? byte : next++);
  });
})();

const encoder = new TextEncoder();
const ASCII_WORD = /^ ?[!-~]*$/;

/** A word as byte-level vocabularies write it: a character for each byte of its UTF-8, `Ġ` for a space. */
export function byteCharacters(word: string): string {
  if (ASCII_WORD.test(word)) return word.startsWith(' ') ? `Ġ${word.slice(1)}` : word;
  return Array.from(encoder.encode(word), (byte) => CHARACTERS[byte]).join('');
}
