import { RerankError } from '../errors.js';
import type { AttachOptions } from './options.js';
import { ENGLISH, type StatusTexts } from './texts.js';

/** Reads one attribute. */
type Reader = (value: string) => unknown;

const text: Reader = (value) => value;
// An empty attribute would be the number 0.
const number: Reader = (value) => (value.trim() === '' ? value : Number(value));
const flag: Reader = (value) => (value === '' || value === 'true' ? true : value === 'false' ? false : value);
const words: Reader = (value) => value.split(/[\s,]+/u).filter(Boolean);

/** The attributes that there are beside `data-rerank` and `data-text-…`, by their names in `dataset`. */
const READERS: Readonly<Partial<Record<keyof AttachOptions, Reader>>> = {
  model: text,
  candidates: number,
  priorWeight: number,
  keepFirst: number,
  minScore: number,
  consent: flag,
  warm: text,
  languages: words,
  hold: number,
  patience: number,
  input: text,
  results: text,
  status: text,
};

/**
 * Reads the data attributes of the script tag.
 *
 * @param dataset - the tag's; attributes that are not ours belong to others
 * @returns options for `attach`, to be checked there; nothing where the tag has no `data-rerank`, which is what attaches
 * @throws RerankError `invalid-input` for a text that there is not
 */
export function readDataAttributes(
  dataset: Readonly<Record<string, string | undefined>>,
): AttachOptions | undefined {
  const { rerank } = dataset;
  if (rerank === undefined) return undefined;
  const options: Record<string, unknown> = { engine: rerank === '' ? 'auto' : rerank };
  for (const [name, read] of Object.entries(READERS)) {
    const value = dataset[name];
    if (value !== undefined) options[name] = read(value);
  }
  const texts = readTexts(dataset);
  return { ...options, ...(Object.keys(texts).length > 0 && { texts }) };
}

function readTexts(dataset: Readonly<Record<string, string | undefined>>): Partial<StatusTexts> {
  const texts: Record<string, string> = {};
  for (const [attribute, value] of Object.entries(dataset)) {
    if (!/^text[A-Z]/u.test(attribute) || value === undefined) continue;
    const name = attribute.charAt(4).toLowerCase() + attribute.slice(5);
    if (!Object.hasOwn(ENGLISH, name)) {
      const known = Object.keys(ENGLISH).map((each) => `data-text-${hyphenated(each)}`);
      throw new RerankError(
        'invalid-input',
        `There is no data-text-${hyphenated(name)}; there are ${known.join(', ')}.`,
      );
    }
    texts[name] = value;
  }
  return texts;
}

function hyphenated(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
}
