import { readFileSync } from 'node:fs';
import { crc32, gunzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { fixture, readTexts } from '../../testing/fixtures.js';
import { randomTexts } from '../../testing/random-texts.js';
import { readNormaliser, wellFormed } from './normalise.js';
import { readPreTokeniser } from './pre-tokenise.js';

vi.setConfig({ testTimeout: 120_000 });

/** As training/fixtures/tokenizer_steps.py writes it. */
interface Steps {
  texts: number;
  steps: { normalizer?: { of?: string; type: string }; pre_tokenizer?: object; crc: number }[];
}

const { texts: checksum, steps } = JSON.parse(readFileSync(fixture('tokenizer-steps.json'), 'utf8')) as Steps;

const [SEED, COUNT, LONGEST, BLOCK] = [16, 1000, 2000, 64];

const golden = readTexts().map((text) => Array.from(wellFormed(text)).slice(0, LONGEST).join(''));
const texts = [...golden, ...randomTexts(SEED, COUNT), ...codePointTexts()];

function codePointTexts(): string[] {
  const characters: string[] = [];
  for (let code = 1; code < 0xe0200; code++) {
    if (code === 0x33500) code = 0xe0000;
    if (code < 0xd800 || code > 0xdfff) characters.push(String.fromCodePoint(code));
  }
  const blocks: string[] = [];
  for (let start = 0; start < characters.length; start += BLOCK) {
    const block = characters.slice(start, start + BLOCK);
    blocks.push(block.map((character) => ` ${character}e${character}\u0301`).join(''));
  }
  return blocks;
}

/** With the charsmap of a trained tokenizer where the step names one. */
function complete(normaliser: { of?: string }): object {
  if (normaliser.of === undefined) return normaliser;
  const zipped = readFileSync(fixture(`tokenizers/${normaliser.of}/tokenizer.json.gz`));
  const charsmap = /"precompiled_charsmap":"([^"]*)"/.exec(gunzipSync(zipped).toString())?.[1];
  return { type: 'Precompiled', precompiled_charsmap: charsmap };
}

const checksumOf = (lines: string[]) => crc32(Buffer.from(lines.join('\0')));

it('asks for the same texts as the reference', () => {
  expect(checksumOf(texts)).toBe(checksum);
});

it.each(steps.map((step) => [JSON.stringify(step.normalizer ?? step.pre_tokenizer), step] as const))(
  '%s gives what the reference gives for every text',
  (_, { normalizer, pre_tokenizer: preTokeniser, crc }) => {
    const normalise = normalizer && readNormaliser(complete(normalizer));
    const cut = preTokeniser && readPreTokeniser(preTokeniser);
    const results = texts.map((text) =>
      normalise ? normalise(text) : (cut?.(text, true) ?? []).filter((word) => word !== '').join('\x01'),
    );
    expect(checksumOf(results)).toBe(crc);
  },
);

it.each([
  [() => readNormaliser({ type: 'Nmt' }), 'a normalizer of type Nmt'],
  [() => readPreTokeniser({ type: 'UnicodeScripts' }), 'a pre_tokenizer of type UnicodeScripts'],
  [
    () =>
      readPreTokeniser({ type: 'Split', pattern: { Regex: '\\w+' }, behavior: 'Isolated', invert: false }),
    'the regular expression \\w+',
  ],
  [
    () => readPreTokeniser({ type: 'Split', pattern: { Regex: 'a++' }, behavior: 'Isolated', invert: false }),
    'the regular expression a++',
  ],
  [
    () => readPreTokeniser({ type: 'Metaspace', replacement: '▁', add_prefix_space: false }),
    'Metaspace with prepend_scheme always',
  ],
])('refuses what it does not know: %#', (read, named) => {
  expect(read).toThrow(expect.objectContaining({ code: 'unsupported-model' }));
  expect(read).toThrow(named);
});
