import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readParity } from '../testing/fixtures.js';
import { PairTokenizer } from './tokenizer.js';

/** The part of @xenova/transformers that is asked here; it ships no types for its inner modules. */
interface OracleModule {
  BertTokenizer: new (
    tokenizer: object,
    config: object,
  ) => {
    encode(text: string, pair: null, options: { add_special_tokens: boolean }): number[];
  };
}

const folder = new URL('../../public/models/minilm-l6-rerank-en/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');

/**
 * Where the oracle itself leaves the reference (parity.test.ts holds ours to it there): ideographs beyond U+FFFF, a final
 * sigma, and marks and format characters other than Latin accents, which it keeps.
 */
const ORACLE_DIFFERS = /[\u{20000}-\u{3FFFF}Σ]|(?![\u0300-\u036F])\p{M}|\p{Cf}/u;

describe('the tokenizer beside @xenova/transformers, the ancestor of its library', () => {
  it('gives the same ids for every text of the fixtures', async () => {
    // Deep import: the package's front door wants image libraries that a tokenizer has no use for.
    const specifier = '@xenova/transformers/src/tokenizers.js';
    const { BertTokenizer } = (await import(specifier)) as OracleModule;
    const oracle = new BertTokenizer(
      JSON.parse(read('tokenizer.json')) as object,
      JSON.parse(read('tokenizer_config.json')) as object,
    );
    const ours = new PairTokenizer(
      {
        tokenizer: read('tokenizer.json'),
        tokenizerConfig: read('tokenizer_config.json'),
        config: read('config.json'),
      },
      512,
    );
    const texts = [...new Set(readParity('minilm-l6-rerank-en').pairs.flat())];
    const compared = texts.filter(
      (text) => text.length < 5000 && !ORACLE_DIFFERS.test(text.normalize('NFD')),
    );
    const different = compared.filter(
      (text) => oracle.encode(text, null, { add_special_tokens: false }).join() !== ours.encode(text).join(),
    );
    expect(compared.length).toBeGreaterThan(100);
    expect(different).toEqual([]);
  });
});
