import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { thisThread } from './testing/this-thread.js';
import type { Environment } from './environment.js';
import { RerankError } from './errors.js';
import { createRerankerIn } from './pooled-reranker.js';
import { fixture } from './testing/fixtures.js';
import { fuzz } from './testing/fuzz.js';
import { ODD_OBJECTS, ODD_VALUES } from './testing/odd-values.js';
import type { Pair, RankDocument, RankOptions, Reranker, RerankerOptions } from './types.js';

// Whatever a caller without types passes in: the right result, or an error of the kinds that are promised.

vi.setConfig({ testTimeout: 240_000 });

// The numbers go on from test to test.
const { times, random } = fuzz(1_000, 20_261_125);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
const odd = (): unknown => pick(random() < 0.5 ? ODD_VALUES : ODD_OBJECTS)();

/** One or two options with odd values; now and then a name that there is not, or no object at all. */
function oddOptions(names: readonly string[]): unknown {
  if (random() < 0.05) return odd();
  const options: Record<string, unknown> = {};
  for (let count = random() < 0.7 ? 1 : 2; count > 0; count--) {
    options[random() < 0.03 ? 'topk' : pick(names)] = odd();
  }
  return options;
}

/** What came of a call; throws for an error that is none of those promised. */
async function outcome<T>(call: () => Promise<T>, given: unknown): Promise<{ value: T } | RerankError> {
  try {
    return { value: await call() };
  } catch (error) {
    if (error instanceof RerankError && error.message.length < 2_000) return error;
    if (error instanceof DOMException && error.name === 'AbortError') return new RerankError('disposed', '');
    console.error('given', given);
    throw error;
  }
}

function isList(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false; // revoked
  }
}

const OPTIONS: readonly (keyof RerankerOptions)[] = [
  'model',
  'device',
  'dtype',
  'threads',
  'workers',
  'maxLength',
  'batchTokens',
  'keptPassageBytes',
  'signal',
  'onProgress',
  'cache',
  'hubHost',
  'revision',
  'modelsUrl',
  'runtimeUrl',
  'retries',
  'stallTimeout',
  'createWorker',
  'timeout',
  'idleTimeout',
];

describe('createReranker', () => {
  it('answers every odd option with a typed error', async () => {
    const empty: Environment = {
      ...thisThread(),
      fetch: () => Promise.resolve(new Response(null, { status: 404 })),
      openCache: () => thisThread().openCache(false),
      // Node's runtime is one for the whole thread: odd options must not stay with it.
      connect: () => {
        throw new RerankError('worker-failed', 'there is no worker here');
      },
    };
    for (let round = 0; round < 3 * times; round++) {
      const options = oddOptions(OPTIONS);
      const result = await outcome(() => createRerankerIn(empty, options as RerankerOptions), options);
      expect(result).toBeInstanceOf(RerankError); // there is no model here
    }
  });
});

/** Some odd functions give strings, and those are what is scored then. */
const givesTexts = (options: unknown) => typeof (Object(options) as { text?: unknown }).text === 'function';

describe('rank and predict', () => {
  const model = fixture('tiny-bert/').href;
  let reranker: Reranker;
  let expected: number[];
  const documents = ['bright river', 'market day'];
  beforeAll(async () => {
    reranker = await createRerankerIn(thisThread(), { model, dtype: 'fp32', threads: 1 });
    expected = [...(await reranker.predict(documents.map((text): Pair => ['river', text])))];
  });
  afterAll(() => reranker.dispose());

  it('answer odd options with a typed error or the right scores', async () => {
    const names = [
      'signal',
      'overflow',
      'windowOverlap',
      'onStats',
      'text',
      'topK',
      'depth',
      'activation',
      'prior',
      'keepFirst',
      'minScore',
      'onPartial',
    ];
    let right = 0;
    for (let round = 0; round < 2 * times; round++) {
      const options = oddOptions(names);
      const result = await outcome(
        () => reranker.rank('river', documents, options as RankOptions<string>),
        options,
      );
      if (result instanceof RerankError) continue;
      right++;
      for (const { index, score, document } of result.value) {
        if (!givesTexts(options)) expect(score).toBeCloseTo(expected[index]!, 4);
        expect(document).toBe(documents[index]);
      }
    }
    expect(right).toBeGreaterThan(50);
  });

  it('answer odd arguments with a typed error or a score for each text', async () => {
    for (let round = 0; round < times; round++) {
      const list =
        random() < 0.2 ? odd() : Array.from({ length: 3 }, () => (random() < 0.7 ? 'text' : odd()));
      const query = random() < 0.9 ? 'river' : odd();
      const ranked = await outcome(
        () => reranker.rank(query as string, list as RankDocument[], { overflow: 'truncate' }),
        { query, list },
      );
      if (!(ranked instanceof RerankError)) expect(ranked.value).toHaveLength((list as unknown[]).length);

      const pairs = isList(list) ? list.map((text) => (random() < 0.1 ? text : [query, text])) : list;
      const predicted = await outcome(() => reranker.predict(pairs as Pair[]), pairs);
      if (!(predicted instanceof RerankError))
        expect(predicted.value).toHaveLength((pairs as unknown[]).length);
    }
  });
});
