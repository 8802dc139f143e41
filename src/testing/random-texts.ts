/** Texts in every script, drawn by the generator of training/fixtures/random_texts.py: the same seed, the same texts. */

/** Ranges of code points, first and last, that are drawn from together. */
const SCRIPTS: readonly (readonly number[])[] = [
  [0x61, 0x7a, 0x61, 0x7a, 0x41, 0x5a], // Latin
  [0x61, 0x7a, 0xc0, 0x17f, 0x180, 0x24f, 0x1e00, 0x1eff], // Latin with accents
  [0x391, 0x3c9, 0x1f00, 0x1fff], // Greek
  [0x410, 0x44f, 0x400, 0x52f], // Cyrillic
  [0x531, 0x587, 0x10a0, 0x10ff], // Armenian, Georgian
  [0x5d0, 0x5ea, 0x591, 0x5c7], // Hebrew
  [0x621, 0x64a, 0x64b, 0x65f, 0x660, 0x6ff, 0xfb50, 0xfdff, 0xfe70, 0xfefc], // Arabic and its forms
  [0x700, 0x7ff, 0x800, 0x8ff], // Syriac, Thaana, N'Ko and others
  [0x900, 0x97f, 0x900, 0x97f, 0x980, 0x9ff], // Devanagari, Bengali
  [0xa00, 0xdff], // Gurmukhi to Sinhala
  [0xe01, 0xe5b, 0xe80, 0xeff], // Thai, Lao
  [0xf00, 0x109f], // Tibetan, Myanmar
  [0x1100, 0x11ff, 0x3131, 0x318e, 0xffa0, 0xffdc], // Hangul letters
  [0xac00, 0xd7a3], // Hangul syllables
  [0x1200, 0x139f, 0x13a0, 0x167f], // Ethiopic, Cherokee, Canadian syllabics
  [0x1780, 0x17f9, 0x1800, 0x18af], // Khmer, Mongolian
  [0x1900, 0x1cff], // Limbu to Vedic signs
  [0x3041, 0x3096, 0x30a1, 0x30ff, 0x3099, 0x309a, 0xff61, 0xff9f], // Kana
  [0x4e00, 0x9fff, 0x4e00, 0x9fff, 0x3400, 0x4dbf, 0xf900, 0xfaff], // ideographs
  [0x20000, 0x2a6df, 0x2f800, 0x2fa1f, 0x30000, 0x323af], // more ideographs
  [0x3200, 0x33ff, 0x2460, 0x24ff], // enclosed and squared
  [0xff01, 0xffee, 0xfb00, 0xfb4f], // full width, ligatures
  [0x2070, 0x209c, 0xb0, 0xbe, 0x2100, 0x218b], // superscripts, letterlike, fractions
  [0x1d400, 0x1d7ff], // mathematical letters
  [0xa640, 0xabff], // Cyrillic extensions to Meetei Mayek
  [0x10000, 0x10fff], // ancient scripts
  [0x11000, 0x11fff], // Brahmi and after
  [0x12000, 0x16fff],
  [0x1f000, 0x1faff, 0x2600, 0x27bf, 0x1f1e6, 0x1f1ff], // emoji
  [0x2000, 0x206f, 0x2190, 0x23ff], // punctuation, arrows
  [0x20, 0x7e, 0x21, 0x2f, 0x30, 0x39], // ASCII
  [0x0, 0x1f, 0x7f, 0xad], // controls
  [0xe000, 0xf8ff, 0xe0000, 0xe0fff, 0xfdd0, 0xffff], // private use, tags, noncharacters
];

const MARKS: readonly number[] = [
  0x300, 0x301, 0x302, 0x303, 0x306, 0x307, 0x308, 0x309, 0x30a, 0x31b, 0x323, 0x327, 0x328, 0x338, 0x345,
  0x361, 0x483, 0x5b0, 0x610, 0x64b, 0x651, 0x670, 0x6df, 0x711, 0x93c, 0x94d, 0x9be, 0xe31, 0xe33, 0xe48,
  0x1161, 0x11a8, 0x200c, 0x200d, 0x20d0, 0x20e3, 0x3099, 0x309a, 0xfe0e, 0xfe0f, 0x1f3fb, 0xe0100, 0x1ab0,
  0x1dc0, 0xfe20,
];

const PIECES: readonly string[] = [
  'the',
  'river',
  "stone's",
  "DON'T",
  "we'll",
  'x2',
  '3.14',
  '1,299',
  '#42',
  "can't",
  "It'S",
  "I'M",
  "'ſ",
  'İ',
  'ΟΔΟΣ',
  'ß',
  'ǆ',
  '<s>',
  '</s>',
  '<unk>',
  '<mask>',
  '<pad>',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  '[UNK]',
  '[PAD]',
  '<|endoftext|>',
  '<0x0A>',
  '▁',
  '▁▁the',
  'Ġa',
  '👩‍👩‍👧',
  '🏴‍☠️',
  '1️⃣',
  '❤️',
  '👋🏽',
  '🇩🇪',
  'Tiếng',
  'Tie\u0302\u0301ng',
  'Vie\u0323\u0302t',
  '한국어',
  '\u1112\u1161\u11ab',
  'が',
  'か\u3099',
  'ﬁn',
  '①',
  '㈱',
  '㍻',
  'ﷺ',
  'Å',
  'A\u030a\u0301',
  '²\u0301',
  '™\u0301',
  'क्\u095c\u0301',
  '\u0600²\u0301',
  '\u1100\uac00\u0301',
  '❤\u200d™\u0301',
  '…',
  "''",
  '``',
  '--',
  '\ufeff',
  '\u00ad',
  '\u034f',
  '～',
  '​',
  '|||IP_ADDRESS|||',
];

const SEPARATORS: readonly string[] = [
  ...Array<string>(12).fill(' '),
  '',
  '',
  '',
  '  ',
  '   ',
  '\n',
  '\t',
  '\r\n',
  '\u00a0',
  '\u3000',
  '\u2028',
  '\u0085',
  '\u2009',
  '  \n ',
  '.',
  ', ',
];

/** A generator of whole numbers below a bound. */
function mulberry32(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** The texts of a seed. */
export function randomTexts(seed: number, count: number): string[] {
  const below = mulberry32(seed);
  return Array.from({ length: count }, () => {
    let text = below(3) ? '' : pick(SEPARATORS, below);
    for (let words = 1 + below(6); words > 0; words--) {
      text += word(below);
      text += pick(SEPARATORS, below);
    }
    return below(2) ? text : text.replace(/^ +| +$/g, '');
  });
}

function word(below: (bound: number) => number): string {
  const kind = below(24);
  if (kind < 3) return pick(PIECES, below);
  if (kind < 4) return character(below(0x110000)) + character(below(0x3000));
  const script = pick(SCRIPTS, below);
  let letters = '';
  for (let count = 1 + below(7); count > 0; count--) {
    const range = 2 * below(script.length / 2);
    const [first = 0, last = 0] = script.slice(range, range + 2);
    letters += character(first + below(last - first + 1));
    if (kind < 12 && below(3) === 0) letters += character(pick(MARKS, below));
  }
  return kind === 12 ? letters.repeat(2 + below(8)) : letters;
}

function pick<T>(from: readonly T[], below: (bound: number) => number): T {
  const index = below(from.length);
  return from[index] as T; // below its length
}

function character(code: number): string {
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
}
