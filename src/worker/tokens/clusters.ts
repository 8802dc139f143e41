import { ATTACHED, CONSONANTS, CONTROLS, LINKERS, PREPENDED, SPACING } from './unicode-tables.js';
import { characterClass } from './unicode.js';

/**
 * Grapheme clusters, as the reference cuts a text into them (Unicode 17), by Unicode's own grammar for them (UAX 29).
 * `Intl.Segmenter` knows the Unicode of its browser, older ones without conjuncts, and is missing in some.
 */
const attached = characterClass(ATTACHED);
const linker = `[${characterClass(LINKERS)}]`;
/** What may stand between a consonant and its linker. */
const extending = `(?![${characterClass(SPACING)}])[${attached}]`;
const consonant = `[${characterClass(CONSONANTS)}]`;
const pictograph = '\\p{Extended_Pictographic}';
const [leading, vowels, trailing] = [
  '[\u1100-\u115F\uA960-\uA97C]',
  '[\u1160-\u11A7\uD7B0-\uD7C6]',
  '[\u11A8-\u11FF\uD7CB-\uD7FB]',
];
const hangul = `${leading}*(?:[\uAC00-\uD7A3]|${vowels})${vowels}*${trailing}*|${leading}+|${trailing}+`;
const core = [
  hangul,
  '[\u{1F1E6}-\u{1F1FF}]{2}',
  `${pictograph}(?:(?:\u200C|(?!\u200D)${extending})*\u200D${pictograph})*`,
  `${consonant}(?:(?:${extending})*?${linker}(?:${extending})*${consonant})*`,
  `[^\\0${characterClass(CONTROLS)}]`,
].join('|');

/** Finds the grapheme clusters of a text, one after another. */
export const CLUSTERS = new RegExp(`\r\n|[${characterClass(PREPENDED)}]*(?:${core})[${attached}]*|[^]`, 'gu');
