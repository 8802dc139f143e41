import type { AddedToken } from './tokenizer-json.js';

/** A part of a text: an added token, or what stands between two. */
export type Section = { id: number } | { text: string };

/** What Rust's regular expressions call a word character and white space. */
const WORD = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D]`;
const ENDS_WITH_WORD = new RegExp(`${WORD}$`, 'u');
const STARTS_WITH_WORD = new RegExp(`^${WORD}`, 'u');
const SPACE = /\p{White_Space}/u;

/** Cuts a text at added tokens, as the reference (Rust) does: the leftmost one, and of those that begin there the longest. */
export class AddedTokenSplitter {
  readonly #tokens: ReadonlyMap<string, AddedToken>;
  readonly #pattern: RegExp | undefined;

  /** @param tokens - with the texts under which they are found */
  constructor(tokens: readonly (readonly [string, AddedToken])[]) {
    this.#tokens = new Map(tokens.filter(([content]) => content !== ''));
    const longestFirst = [...this.#tokens.keys()].sort((a, b) => b.length - a.length);
    this.#pattern =
      longestFirst.length > 0 ? new RegExp(longestFirst.map(escape).join('|'), 'gu') : undefined;
  }

  /** The texts that are looked for. */
  get contents(): string[] {
    return [...this.#tokens.keys()];
  }

  /** The sections of a text, in order; white space that a token takes belongs to it. */
  split(text: string): Section[] {
    if (!this.#pattern) return text === '' ? [] : [{ text }];
    const sections: Section[] = [];
    let begin = 0;
    for (const { 0: content, index } of text.matchAll(this.#pattern)) {
      const token = this.#tokens.get(content);
      let [start, end] = [index, index + content.length];
      if (!token || (token.single_word && touchesWord(text, start, end))) continue;
      while (token.lstrip && start > begin && SPACE.test(text.charAt(start - 1))) start--;
      while (token.rstrip && end < text.length && SPACE.test(text.charAt(end))) end++;
      if (start > begin) sections.push({ text: text.slice(begin, start) });
      sections.push({ id: token.id });
      begin = end;
    }
    if (begin < text.length) sections.push({ text: text.slice(begin) });
    return sections;
  }
}

function touchesWord(text: string, start: number, end: number): boolean {
  // Two code units hold any character.
  return (
    ENDS_WITH_WORD.test(text.slice(Math.max(0, start - 2), start)) ||
    STARTS_WITH_WORD.test(text.slice(end, end + 2))
  );
}

function escape(content: string): string {
  return content.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
