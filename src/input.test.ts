import { describe, expect, it } from 'vitest';
import {
  checkQuery,
  readDocuments,
  readPairs,
  readPredictOptions,
  readRankOptions,
  readRerankerOptions,
  resolveKeptBytes,
} from './input.js';
import type { Pair, PredictOptions, RankDocument, RankOptions, RerankerOptions } from './types.js';

/** Callers without types. */
const load = (options: unknown) => readRerankerOptions(options as RerankerOptions);
const predict = (options: unknown) => readPredictOptions(options as PredictOptions);
const rank = (options: unknown) => readRankOptions(options as RankOptions);
const pairs = (value: unknown) => readPairs(value as Pair[]);
const documents = (value: unknown) => readDocuments(value as RankDocument[]);

const SHAPES = 'a string, or an object with a text, or the option text for documents of any other shape';

const refused = (message: unknown) => expect.objectContaining({ code: 'invalid-input', message }) as Error;

describe('what callers pass in', () => {
  it('may be strings or objects with a text, getters included', () => {
    class Page {
      constructor(private readonly body: string) {}
      get text() {
        return this.body;
      }
    }
    const given = ['a', { text: 'b' }, new Page('c')];
    expect(readDocuments(given).map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(readDocuments(given).map(({ document }) => document)).toEqual(given);
  });

  it('is read once', () => {
    let reads = 0;
    const counted = {
      get text() {
        return `read ${++reads}`;
      },
    };
    expect(documents([counted])[0]?.text).toBe('read 1');
    const options = {
      get topK() {
        return ++reads;
      },
    };
    expect(rank(options).topK).toBe(2);
    const list: Pair[] = [['q', 'p']];
    const copy = pairs(list);
    list[0] = ['other', 'pair'];
    list.length = 0;
    expect(copy).toEqual([['q', 'p']]);
  });

  it('may be documents of any shape with a text for each, which is asked for once and in order', () => {
    const given = [{ title: 'a' }, 7, null, undefined, 'e', { text: 'own', title: 'f' }] as const;
    const asked: unknown[] = [];
    const text = (document: unknown) => {
      asked.push(document);
      return `text ${asked.length}`;
    };
    const read = readDocuments<unknown>(given, text);
    expect(read).toEqual(given.map((document, index) => ({ document, text: `text ${index + 1}` })));
    expect(asked).toEqual([...given]);
  });

  it('passes on what text throws, as it is', () => {
    for (const mine of [new TypeError('mine'), undefined, 'a text']) {
      const text = () => {
        throw mine as Error; // whatever it is
      };
      let thrown: unknown = 'nothing';
      try {
        readDocuments([{}], text);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBe(mine);
    }
  });

  it('gets the defaults', () => {
    expect(predict({})).toEqual({ overflow: 'truncate', windowOverlap: 0.25 });
    expect(rank({})).toMatchObject({ topK: undefined, depth: 'full' });
    expect(rank({ topK: undefined, signal: undefined })).toMatchObject({ topK: undefined });
    expect(rank({ depth: 'adaptive' })).toMatchObject({ topK: 10 });
    expect(rank({ depth: 'adaptive', topK: 3 })).toMatchObject({ topK: 3 });
    expect(resolveKeptBytes({})).toBe(64 * 1024 * 1024);
    expect(resolveKeptBytes({ keptPassageBytes: 0 })).toBe(0);
  });

  it('is taken as it is where it is right', () => {
    const options: RerankerOptions = {
      model: './base',
      device: 'wasm',
      dtype: 'q8',
      threads: 4,
      workers: 'auto',
      maxLength: 128,
      batchTokens: 256,
      signal: new AbortController().signal,
      cache: false,
      retries: 0,
      timeout: Infinity,
      idleTimeout: 0.5,
      fetch: globalThis.fetch,
    };
    expect(load(options)).toEqual(options);
    expect(load(Object.create(options) as RerankerOptions)).toEqual(options); // an inherited option counts
  });

  it.each<[() => unknown, unknown]>([
    [() => pairs([['q', 'p'], ['q']]), 'pairs[1] is an array; expected two strings, [query, passage].'],
    [() => pairs([['q', 3]]), 'pairs[0][1] is 3; expected two strings, [query, passage].'],
    [() => pairs('q'), 'pairs is "q"; expected an array of [query, passage].'],
    [() => checkQuery(3), 'query is 3; expected a string.'],
    [() => checkQuery(3n), 'query is 3n; expected a string.'],
    [() => documents(['a', null]), `documents[1] is null; expected ${SHAPES}.`],
    [
      () => documents([{ title: 'x' }]),
      `documents[0] has no text; its keys are: title. Expected ${SHAPES}: pass the option text, as in { text: (document) => document.title }.`,
    ],
    [
      () => documents(['a', { id: 7, text: 3 }]),
      `documents[1] has a text that is no string; its keys are: id, text. Expected ${SHAPES}: pass the option text, as in { text: (document) => document.KEY }.`,
    ],
    [
      () => documents([Object.fromEntries(Array.from({ length: 30 }, (_, key) => [`k${key}`, 1]))]),
      expect.stringContaining('k18, k19, …. Expected') as string,
    ],
    [
      () => readDocuments([{ title: 'a' }, { title: 3 }], ({ title }) => title as string),
      'text(documents[1]) is 3; expected a string, given at once.',
    ],
    [
      () => readDocuments(['a'], (async () => await Promise.resolve('a')) as unknown as () => string),
      'text(documents[0]) is an object; expected a string, given at once.',
    ],
    [() => predict({ windowOverlap: 1 }), 'windowOverlap is 1; expected a number from 0 to 0.9.'],
    [() => predict({ overflow: 'cut' }), 'overflow is "cut"; expected "truncate" or "window".'],
    [() => rank({ topK: 0 }), 'topK is 0; expected a whole number, 1 or more.'],
    [() => rank({ topK: NaN }), 'topK is NaN; expected a whole number, 1 or more.'],
    [() => rank({ topK: Infinity }), 'topK is Infinity; expected a whole number, 1 or more.'],
    [
      () => rank({ activation: 'softmax' }),
      'activation is "softmax"; expected "identity", "sigmoid" or "tanh".',
    ],
    [() => rank({ minScore: NaN }), 'minScore is NaN; expected a finite number.'],
    [() => rank({ keepFirst: -1 }), 'keepFirst is -1; expected a whole number, 0 or more.'],
    [() => rank({ prior: 'bm25' }), 'prior is "bm25"; expected an object.'],
    [() => rank({ depth: 'deep' }), 'depth is "deep"; expected "full" or "adaptive".'],
    [
      () => rank({ topk: 3 }),
      'rank has no option "topk"; it has signal, overflow, windowOverlap, prompt, promptName, onStats, text, topK, depth, activation, prior, keepFirst, minScore, onPartial.',
    ],
    [
      () => predict({ topK: 3 }),
      'predict has no option "topK"; it has signal, overflow, windowOverlap, prompt, promptName, onStats.',
    ],
    [() => rank(null), 'The options of rank is null; expected an object.'],
    [() => load([]), 'The options of createReranker is an array; expected an object.'],
    [
      () => load({ idleTimeout: 0 }),
      'idleTimeout is 0; expected milliseconds above 0 and up to 2147483647, or Infinity for never.',
    ],
    [
      () => load({ keptPassageBytes: 0.5 }),
      'keptPassageBytes is 0.5; expected a whole number of bytes, 0 or more.',
    ],
    [() => load({ workers: 65 }), 'workers is 65; expected a whole number, 1 to 64, or "auto".'],
    [() => load({ model: '' }), 'model is ""; expected a text that is not empty.'],
    [
      () => load({ model: 'x'.repeat(61) + 'y', signal: {} }),
      'signal is an object; expected an AbortSignal.',
    ],
    [() => load({ hubHost: Symbol('x') }), 'hubHost is Symbol(x); expected a text that is not empty.'],
  ])('is refused in words (%#)', (call, message) => {
    expect(call).toThrow(refused(message));
  });

  it.each(['timeout', 'idleTimeout'])('%s is a time that a timer can keep, or never', (name) => {
    for (const value of [NaN, 0, -1, 2 ** 31, '5', 5n, null, -Infinity]) {
      expect(() => load({ [name]: value })).toThrow(refused(expect.stringContaining(name)));
    }
    for (const value of [1, 2 ** 31 - 1, Infinity])
      expect(load({ [name]: value })).toEqual({ [name]: value });
  });

  it.each(['retries', 'threads', 'workers', 'maxLength', 'batchTokens', 'keptPassageBytes'])(
    '%s is a whole number',
    (name) => {
      for (const value of [NaN, -1, 1.5, Infinity, '3', [3], 3n, null, 2 ** 53]) {
        expect(() => load({ [name]: value })).toThrow(refused(expect.stringContaining(name)));
      }
      expect(load({ [name]: 3 })).toEqual({ [name]: 3 });
    },
  );

  it('has no holes', () => {
    const hole = `documents[1] is undefined; expected ${SHAPES}.`;
    // eslint-disable-next-line no-sparse-arrays
    expect(() => documents(['a', , 'b'])).toThrow(refused(hole));
    expect(() => documents(new Array(3))).toThrow(refused(expect.stringContaining('documents[0]')));
    expect(() => documents(new Array(2 ** 32 - 1))).toThrow(refused(expect.stringContaining('documents[0]')));
    // eslint-disable-next-line no-sparse-arrays
    expect(() => pairs([, ['q', 'p']])).toThrow(refused(expect.stringContaining('pairs[0]')));
    // eslint-disable-next-line no-sparse-arrays
    expect(() => pairs([[, 'p']])).toThrow(refused(expect.stringContaining('pairs[0][0]')));
  });

  it('may throw while it is read, which is told as the cause', () => {
    const cause = new Error('mine');
    const thrower = {
      get text(): string {
        throw cause;
      },
      get topK(): number {
        throw cause;
      },
    };
    expect(() => documents([thrower])).toThrow(
      expect.objectContaining({ code: 'invalid-input', cause }) as Error,
    );
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    for (const read of [documents, pairs, rank, load, predict]) {
      expect(() => read(proxy)).toThrow(refused(expect.any(String)));
    }
  });

  it('is not repeated at length', () => {
    const long = 'x'.repeat(1e6);
    for (const call of [() => predict({ overflow: long }), () => rank({ [long]: 1 }), () => pairs(long)]) {
      try {
        call();
        expect.unreachable();
      } catch (error) {
        expect((error as Error).message.length).toBeLessThan(300);
      }
    }
  });
});
