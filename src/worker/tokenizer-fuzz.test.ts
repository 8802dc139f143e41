import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RerankError } from '../errors.js';
import { fuzz } from '../testing/fuzz.js';
import { mutated } from '../testing/mutations.js';
import { PairTokenizer } from './tokenizer.js';

// A broken tokenizer.json gives tokens that are numbers, or a RerankError: nothing else, and never a score of NaN.

const read = (name: string) =>
  readFileSync(new URL(`../testing/fixtures/tiny-bert/${name}`, import.meta.url), 'utf8');

/** The tokenizer with a vocabulary that a mutation is parsed with in no time. */
function small(): string {
  const tokenizer = JSON.parse(read('tokenizer.json')) as { model: { vocab: Record<string, number> } };
  const words = Object.entries(tokenizer.model.vocab).filter(
    ([word], place) => word.startsWith('[') || place % 100 === 0,
  );
  tokenizer.model.vocab = Object.fromEntries(words);
  return JSON.stringify(tokenizer);
}

it('mutations of tokenizer.json', () => {
  const files = { tokenizerConfig: read('tokenizer_config.json'), config: read('config.json') };
  const original = small();
  const { times, random } = fuzz(1500, 20261125);
  const wrong: string[] = [];
  let refused = 0;
  for (let count = 0; count < times; count++) {
    const mutation = mutated(original, random);
    try {
      const tokenizer = new PairTokenizer({ tokenizer: mutation, ...files }, 64);
      const { ids, typeIds } = tokenizer.assemble(tokenizer.encode('a cat'), tokenizer.encode('on the mat'));
      const right = [...ids, ...typeIds].every((id) => Number.isSafeInteger(id) && id >= 0);
      if (!right) wrong.push(`${JSON.stringify(ids)} for ${mutation.slice(0, 2000)}`);
    } catch (error) {
      refused++;
      if (!(error instanceof RerankError))
        wrong.push(`${(error as Error).stack} for ${mutation.slice(0, 2000)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(refused).toBeGreaterThan(100);
});
