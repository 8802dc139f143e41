import { describe, expect, it } from 'vitest';
import { openStaged, scoreWith } from '../testing/staged.js';

describe('the shortest length', () => {
  it('has room for the special tokens and one token of each text', async () => {
    const engine = await openStaged('fp32', { maxLength: 6 });
    const { logits } = await scoreWith(engine, [['a question', 'an answer']]);
    expect(logits.every(Number.isFinite)).toBe(true);
  });

  it.each([
    [undefined, 'invalid-input', 'maxLength is 5, but a pair of this model has at least 6 tokens: 4 special'],
    ['config.json: "x"', 'invalid-data', 'config.json: "x" is 5, but a pair of this model has at least 6'],
  ])('is asked of whoever set it (%s)', async (maxLengthFrom, code, message) => {
    await expect(openStaged('fp32', { maxLength: 5, maxLengthFrom })).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as unknown }) as Error,
    );
  });
});
