import { describe, expect, it } from 'vitest';
import {
  checkIdleTimeout,
  checkMaxLength,
  checkPairs,
  readDocuments,
  resolveKeptBytes,
  resolvePredictOptions,
  resolveRankOptions,
} from './input.js';
import type { Pair, RankDocument } from './types.js';

describe('what callers pass in', () => {
  it('may be strings or objects with a text, getters included', () => {
    class Page {
      constructor(private readonly body: string) {}
      get text() {
        return this.body;
      }
    }
    expect(readDocuments('q', ['a', { text: 'b' }, new Page('c')])).toEqual(['a', 'b', 'c']);
  });

  it.each([
    [
      () => checkPairs([['q', 'p'], ['q'] as unknown as Pair]),
      'pairs[1] is an array; expected two strings, [query, passage].',
    ],
    [() => checkPairs('q' as unknown as Pair[]), 'pairs is "q"; expected an array of [query, passage].'],
    [() => readDocuments(3 as unknown as string, []), 'query is 3; expected a string.'],
    [
      () => readDocuments('q', ['a', null as unknown as RankDocument]),
      'documents[1] is null; expected a string or an object with a text.',
    ],
    [
      () => readDocuments('q', [{ title: 'x' } as unknown as RankDocument]),
      'documents[0] is an object; expected a string or an object with a text.',
    ],
    [
      () => resolvePredictOptions({ windowOverlap: 1 }),
      'windowOverlap is 1; expected a number from 0 to 0.9.',
    ],
    [
      () => resolvePredictOptions({ overflow: 'cut' as 'window' }),
      'overflow is "cut"; expected "truncate" or "window".',
    ],
    [() => resolveRankOptions({ topK: 0 }, 'identity'), 'topK is 0; expected a whole number of 1 or more.'],
    [
      () => resolveRankOptions({ activation: 'softmax' as 'sigmoid' }, 'identity'),
      'activation is "softmax"; expected "identity" or "sigmoid".',
    ],
    [
      () => checkIdleTimeout(0),
      'idleTimeout is 0; expected milliseconds above 0 and up to 2147483647, or nothing for never.',
    ],
    [() => checkIdleTimeout(Number.NaN), expect.stringContaining('idleTimeout') as unknown as string],
    [() => checkIdleTimeout(2 ** 31), expect.stringContaining('2147483648') as unknown as string],
    [
      () => resolveRankOptions({ depth: 'deep' as 'full' }, 'identity'),
      'depth is "deep"; expected "full" or "adaptive".',
    ],
    ...[0, -1, 1.5, 'x' as unknown as number].map((length): [() => unknown, string] => [
      () => checkMaxLength(length),
      `maxLength is ${JSON.stringify(length)}; expected a whole number of tokens, 1 or more.`,
    ]),
    [
      () => resolveKeptBytes({ keptPassageBytes: 0.5 }),
      'keptPassageBytes is 0.5; expected a whole number of bytes, 0 or more.',
    ],
    [
      () => resolveKeptBytes({ keptPassageBytes: -1 }),
      'keptPassageBytes is -1; expected a whole number of bytes, 0 or more.',
    ],
  ])('is refused in words (%#)', (call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: 'invalid-input', message }) as Error);
  });

  it('gets the defaults', () => {
    expect(resolvePredictOptions({})).toEqual({ overflow: 'truncate', windowOverlap: 0.25 });
    expect(resolveRankOptions({}, 'sigmoid')).toEqual({
      topK: undefined,
      activation: 'sigmoid',
      depth: 'full',
    });
    expect(resolveRankOptions({ depth: 'adaptive' }, 'identity')).toMatchObject({ topK: 10 });
    expect(resolveRankOptions({ depth: 'adaptive', topK: 3 }, 'identity')).toMatchObject({ topK: 3 });
    expect(resolveKeptBytes({})).toBe(64 * 1024 * 1024);
    expect(resolveKeptBytes({ keptPassageBytes: 0 })).toBe(0);
  });
});
