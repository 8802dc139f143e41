import { refuse } from './refuse.js';
import { LETTERS, NUMBERS } from './unicode-tables.js';
import { characterClass } from './unicode.js';

/** A pattern in tokenizer.json: a text, or a regular expression in the syntax of Oniguruma. */
export interface PatternJson {
  /** A text to find as it is. */
  String?: string;
  /** A regular expression. */
  Regex?: string;
}

/** Insides of character classes: Oniguruma's own sets of letters and numbers, and Unicode's white space. */
const CLASSES: Readonly<Record<string, string>> = {
  '\\p{L}': characterClass(LETTERS),
  '\\p{N}': characterClass(NUMBERS),
  '\\p{White_Space}': '\\p{White_Space}',
  '\\s': '\\p{White_Space}',
  '\\S': '\\P{White_Space}',
};

/** What else a letter matches where case is ignored. */
const FOLDED: Readonly<Record<string, string>> = { s: '\u017F', k: '\u212A' };

/** The pieces of an expression that mean the same here and there; anything else is refused. */
const PIECES =
  /\((?:\?(?:i:|[:=!]))?|\)|\||(?:[*+?]|\{\d+(?:,\d*)?\})\??|\[\^?|\]|\\p\{\w+\}|\\[sSrnt]|\\[^\p{L}\p{N}]|[^\\.^$&]/uy;

/** Sequences that one character may match where case is ignored, such as ß. */
const FOLDED_PAIRS = /ss|st|ff|fi|fl|ʼn|ij/i;

/**
 * A pattern as a regular expression with the flags `g` and `u` that finds what the reference finds.
 *
 * @throws RerankError `unsupported-model` for syntax that is not known to mean the same
 */
export function readPattern({ String: text, Regex: expression }: PatternJson = {}): RegExp {
  if (typeof text === 'string' && text !== '') {
    return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), 'gu');
  }
  if (typeof expression !== 'string') return refuse('a pattern that is neither a text nor an expression');
  const pattern = compile(translate(expression)) ?? refuse(`the regular expression ${expression}`);
  if (new RegExp(pattern).test(''))
    refuse(`the regular expression ${expression}, which matches nothing at all`);
  return pattern;
}

function compile(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'gu');
  } catch {
    return undefined;
  }
}

/** From Oniguruma's syntax to JavaScript's. */
function translate(expression: string): string {
  const unknown = () => refuse(`the regular expression ${expression}`);
  /** Whether case is ignored, for each open group. */
  const groups = [false];
  let inClass = false;
  let quantified = false;
  let translated = '';
  PIECES.lastIndex = 0;
  while (PIECES.lastIndex < expression.length) {
    const piece = PIECES.exec(expression)?.[0] ?? unknown();
    const ignoresCase = groups.at(-1) ?? unknown();
    const quantifier = !inClass && /^[*+?{]/.test(piece);
    if (quantifier && quantified) unknown(); // possessive
    quantified = quantifier;
    if (inClass) {
      if (piece.startsWith('[') || piece.startsWith('(?') || (ignoresCase && /[a-z]/i.test(piece))) unknown();
      inClass = piece !== ']';
      translated += CLASSES[piece] ?? (piece.startsWith('\\p') ? unknown() : piece);
    } else if (piece.startsWith('[')) {
      inClass = true;
      translated += piece;
    } else if (piece.startsWith('(')) {
      groups.push(ignoresCase || piece === '(?i:');
      translated += piece === '(?i:' ? '(?:' : piece;
    } else if (piece === ')') {
      groups.pop();
      translated += piece;
    } else if (CLASSES[piece]) {
      translated += `[${CLASSES[piece]}]`;
    } else if (ignoresCase && /^[a-z]$/i.test(piece)) {
      translated += `[${piece.toLowerCase()}${piece.toUpperCase()}${FOLDED[piece.toLowerCase()] ?? ''}]`;
    } else if (piece.startsWith('\\p') || (ignoresCase && /^\P{ASCII}/u.test(piece))) {
      unknown();
    } else {
      translated += piece === ']' || piece === '}' ? unknown() : piece;
    }
  }
  if (inClass || groups.length !== 1 || (expression.includes('(?i') && FOLDED_PAIRS.test(expression)))
    unknown();
  return translated;
}
