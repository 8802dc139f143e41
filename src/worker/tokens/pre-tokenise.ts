import { byteCharacters } from './byte-characters.js';
import { readPattern, type PatternJson } from './patterns.js';
import { refuse } from './refuse.js';
import { readBehaviour, split } from './split.js';
import { DIGITS, PUNCTUATION } from './unicode-tables.js';
import { characterClass } from './unicode.js';

/**
 * Cuts a text into the words that become tokens one by one. `begins` says whether the text begins the whole. A removed
 * beginning leaves an empty word in its place.
 */
export type PreTokeniser = (text: string, begins: boolean) => string[];

/** A pre-tokenizer in tokenizer.json; anything may be missing. */
interface PreTokeniserJson {
  type?: string;
  pretokenizers?: PreTokeniserJson[];
  pattern?: PatternJson;
  behavior?: string;
  invert?: boolean;
  individual_digits?: boolean;
  add_prefix_space?: boolean;
  use_regex?: boolean;
  replacement?: string;
  prepend_scheme?: string;
  split?: boolean;
}

const PUNCTUATION_MARK = new RegExp(`[${characterClass(PUNCTUATION)}]`, 'gu');
const BERT_WORD = new RegExp(
  `[${characterClass(PUNCTUATION)}]|[^\\p{White_Space}${characterClass(PUNCTUATION)}]+`,
  'gu',
);
const DIGIT = new RegExp(`[${characterClass(DIGITS)}]`, 'gu');
const SPACE = /\p{White_Space}/gu;
const GPT2_WORD = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/**
 * The pre-tokenizer of a tokenizer.json, which gives exactly what the reference (Rust) gives.
 *
 * @param json - `pre_tokenizer` of tokenizer.json; null for none
 * @throws RerankError `unsupported-model` for a type or a setting that is not known here
 */
export function readPreTokeniser(json: unknown): PreTokeniser {
  // JSON of unknown origin: every field below is checked before it is used.
  const step = json as PreTokeniserJson | null | undefined;
  switch (step?.type) {
    case undefined:
      return step ? refuse('a pre_tokenizer without a type') : (text) => [text];
    case 'Sequence':
      return sequence((step.pretokenizers ?? []).map(readPreTokeniser));
    case 'BertPreTokenizer':
      return (text) => text.match(BERT_WORD) ?? [];
    case 'WhitespaceSplit':
      return (text) => split(text, SPACE, 'Removed');
    case 'Metaspace':
      return metaspace(step);
    case 'ByteLevel':
      return byteLevel(step);
    case 'Split': {
      const [pattern, behaviour, invert] = [
        readPattern(step.pattern),
        readBehaviour(step.behavior),
        flag(step, 'invert'),
      ];
      return (text) => split(text, pattern, behaviour, invert);
    }
    case 'Punctuation': {
      const behaviour = readBehaviour(step.behavior ?? 'Isolated');
      return (text) => split(text, PUNCTUATION_MARK, behaviour);
    }
    case 'Digits': {
      const behaviour = flag(step, 'individual_digits') ? 'Isolated' : 'Contiguous';
      return (text) => split(text, DIGIT, behaviour);
    }
    default:
      return refuse(`a pre_tokenizer of type ${String(step?.type)}`);
  }
}

/** Whether a pre-tokenizer does something at the beginning of the whole that it does nowhere else. */
export function marksBeginning(json: unknown): boolean {
  const step = json as PreTokeniserJson | null | undefined;
  return step?.prepend_scheme === 'first' || (step?.pretokenizers ?? []).some(marksBeginning);
}

function sequence(steps: PreTokeniser[]): PreTokeniser {
  return (text, begins) =>
    steps.reduce(
      (words, step) =>
        words.flatMap((word, index) => (word === '' ? [word] : step(word, begins && index === 0))),
      [text],
    );
}

/** Spaces become ▁, of which one stands before the text, and each begins a word. */
function metaspace(step: PreTokeniserJson): PreTokeniser {
  const {
    replacement = '▁',
    prepend_scheme: scheme = 'always',
    add_prefix_space: prefix,
    split: splits = true,
  } = step;
  const known = ['always', 'first', 'never'].includes(scheme) && Array.from(replacement).length === 1;
  // The reference refuses a file that contradicts itself.
  if (!known || (prefix === false && scheme !== 'never'))
    return refuse(`Metaspace with prepend_scheme ${scheme}`);
  return (text, begins) => {
    if (text === '') return [];
    let marked = text.replaceAll(' ', replacement);
    const prepends = scheme === 'always' || (scheme === 'first' && begins);
    if (prepends && !marked.startsWith(replacement)) marked = replacement + marked;
    return splits ? beforeEach(marked, replacement) : [marked];
  };
}

function beforeEach(text: string, mark: string): string[] {
  const words: string[] = [];
  let start = 0;
  for (let next = text.indexOf(mark, 1); next >= 0; next = text.indexOf(mark, next + 1)) {
    words.push(text.slice(start, next));
    start = next;
  }
  words.push(text.slice(start));
  return words;
}

function byteLevel(step: PreTokeniserJson): PreTokeniser {
  const prefixes = flag(step, 'add_prefix_space');
  const pattern = readPattern({ Regex: GPT2_WORD });
  const splits = step.use_regex ?? true;
  return (text) => {
    if (text === '') return [];
    const spaced = prefixes && !text.startsWith(' ') ? ` ${text}` : text;
    return (splits ? split(spaced, pattern, 'Isolated') : [spaced]).map(byteCharacters);
  };
}

function flag(step: PreTokeniserJson, name: 'invert' | 'individual_digits' | 'add_prefix_space'): boolean {
  const value = step[name];
  return typeof value === 'boolean' ? value : refuse(`${step.type} without ${name}`);
}
