/** Turns one word into token ids. */
export interface TokenModel {
  /** The ids of a word's tokens. */
  encode(word: string): number[];
}

/** The token of a byte that no piece covers, e.g. `<0x0A>`. */
export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}
