import { readdirSync, readFileSync } from 'node:fs';
import { crc32, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { fixture, readTexts } from '../testing/fixtures.js';
import { randomTexts } from '../testing/random-texts.js';
import { planRows, recordRow } from '../testing/record.js';
import { PairTokenizer } from './tokenizer.js';
import { wellFormed } from './tokens/normalise.js';

vi.setConfig({ testTimeout: 120_000 });

/** As in training/fixtures/tokenizers.py, which wrote the reference's ids for these texts. */
const [SEED, COUNT, LONGEST] = [15, 3600, 2000];

function open(name: string): PairTokenizer {
  const read = (file: string) => readFileSync(fixture(`tokenizers/${name}/${file}`));
  return new PairTokenizer(
    {
      tokenizer: gunzipSync(read('tokenizer.json.gz')).toString(),
      tokenizerConfig: read('tokenizer_config.json').toString(),
      config: read('config.json').toString(),
    },
    512,
  );
}

const texts = [...readTexts().map((text) => shorten(wellFormed(text))), ...randomTexts(SEED, COUNT)];

/** By code points, as Python cuts. */
function shorten(text: string): string {
  return text.length > LONGEST ? Array.from(text).slice(0, LONGEST).join('') : text;
}

const kinds = readdirSync(fixture('tokenizers/'));
beforeAll(() => planRows('tokenizers', 'kinds', kinds));

describe('the tokenizers of transformers', () => {
  it('are asked for the same texts', () => {
    expect(crc32(Buffer.from(texts.join('\0')))).toBe(3144342510);
  });

  it.each(kinds)('%s gives the same ids for every text', (name) => {
    const stored = readFileSync(fixture(`tokenizers/${name}/ids.bin`));
    expect(stored.length).toBe(texts.length * 4);
    const tokenizer = open(name);
    const different = texts.flatMap((text, index) => {
      const ids = tokenizer.encode(text);
      const same = crc32(Buffer.from(Int32Array.from(ids).buffer)) === stored.readUInt32LE(index * 4);
      return same ? [] : [{ index, text, ids: ids.slice(0, 40) }];
    });
    const row = { tokenizer: name, texts: texts.length, differences: different.length };
    recordRow('tokenizers', 'kinds', name, row);
    expect(different.slice(0, 12)).toEqual([]);
  });
});
