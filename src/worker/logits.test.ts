import { describe, expect, it } from 'vitest';
import { float16, rankingOutput, readLogits } from './logits.js';

const tensor = (data: number[], dims: number[]) => ({
  type: 'float32',
  dims,
  size: data.length,
  data: Float32Array.from(data),
});

const refused = (message: string) =>
  expect.objectContaining({
    code: 'unsupported-model',
    message: expect.stringContaining(message) as unknown,
  }) as Error;

describe('rankingOutput', () => {
  it('takes the logits wherever they stand, and a single output whatever its name', () => {
    expect(rankingOutput(['last_hidden_state', 'logits'])).toBe('logits');
    expect(rankingOutput(['logits', 'score_1'])).toBe('logits');
    expect(rankingOutput(['output'])).toBe('output');
  });

  it('refuses a text-embedding model', () => {
    expect(() => rankingOutput(['last_hidden_state', 'pooler_output'])).toThrow(refused('bi-encoder'));
    expect(() => rankingOutput([])).toThrow(refused('gives nothing'));
  });
});

describe('readLogits', () => {
  it.each([[[3, 1]], [[3]], [[3, 1, 1]]])('reads one logit a row from %j', (dims) => {
    expect([...readLogits(tensor([1, -2, 0.5], dims), 3, undefined)]).toEqual([1, -2, 0.5]);
  });

  it('gives log-odds, whose sigmoid is the softmax', () => {
    const logits = [
      [2, -1, 0.5],
      [-40, 60, 10],
    ];
    for (const label of [0, 1, 2]) {
      const odds = readLogits(tensor(logits.flat(), [2, 3]), 2, label);
      logits.forEach((row, index) => {
        const softmax = Math.exp(row[label]!) / row.reduce((sum, logit) => sum + Math.exp(logit), 0);
        expect(1 / (1 + Math.exp(-odds[index]!))).toBeCloseTo(softmax, 6);
      });
    }
  });

  it('of two logits gives the difference', () => {
    expect([...readLogits(tensor([1, 4, 2, -2], [2, 2]), 2, 1)]).toEqual([3, -4]);
  });

  it.each([
    [tensor([1, 2, 3, 4], [2, 2]), undefined, 'the option label'],
    [tensor([1, 2, 3, 4], [2, 2]), 2, 'no label 2'],
    [tensor([1, 2], [2, 1]), 1, 'no label 1'],
    [tensor([1, 2, 3, 4], [2, 1, 2]), 0, 'text-embedding model'],
    [tensor([1, 2, 3], [3, 1]), undefined, 'float32 [3, 1] for 2 pairs'],
    [{ ...tensor([1, 2], [2, 1]), type: 'int64', data: new BigInt64Array(2) }, undefined, 'int64 [2, 1]'],
  ])('refuses what does not rank (%#)', (output, label, message) => {
    expect(() => readLogits(output, 2, label)).toThrow(refused(message));
  });

  it('reads float16 as bits and as numbers', () => {
    const half = { type: 'float16', dims: [2, 1], size: 2 };
    expect([...readLogits({ ...half, data: Uint16Array.of(0x3c00, 0xc0b0) }, 2, undefined)]).toEqual([
      1, -2.34375,
    ]);
    expect([...readLogits({ ...half, data: [1, -2.34375] }, 2, undefined)]).toEqual([1, -2.34375]);
  });
});

describe('float16', () => {
  it.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, (1023 / 1024) * 2 ** -14],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0xfbff, -65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('reads %i as %d', (bits, number) => {
    expect(float16(bits)).toBe(number);
  });
});
