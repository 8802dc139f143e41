import { describe, expect, it, vi } from 'vitest';
import { thisThread } from './testing/this-thread.js';
import type { Environment } from './environment.js';
import type { Manifest } from './model/manifest.js';
import { createRerankerIn } from './pooled-reranker.js';
import { fixture } from './testing/fixtures.js';
import { readStagedGoldens, readStagedManifest } from './testing/staged.js';
import type { RerankerOptions, RankOptions, ScoreStats } from './types.js';

vi.setConfig({ testTimeout: 120_000 });

const STAGED = fixture('tiny-staged/').href;
const PLAIN = fixture('tiny-bert/').href;
const query = 'bright river market';
// Not those of the self-check, which are kept from the start.
const checked = new Set(readStagedManifest().check!.pairs.map(([, passage]) => passage));
const documents = [...new Set(readStagedGoldens().pairs.map(([, passage]) => passage))].filter(
  (passage) => !checked.has(passage),
);
const open = (options: RerankerOptions = {}, environment = thisThread()) =>
  createRerankerIn(environment, { model: STAGED, dtype: 'fp32', threads: 1, ...options });

/** The tiny model with other margins than its manifest states. */
function withMargins(...margins: number[]): Environment {
  return withManifest(({ stages }) =>
    stages!.cuts.forEach((cut, place) => (cut.margin = margins[place] ?? 0)),
  );
}

/** The tiny model with a manifest that was changed. */
function withManifest(change: (manifest: Manifest) => void): Environment {
  const environment = thisThread();
  const manifest = readStagedManifest();
  change(manifest);
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { url } = new Request(input);
    return url.endsWith('reranker.json')
      ? new Response(JSON.stringify(manifest))
      : environment.fetch(url, init);
  };
  return { ...environment, fetch };
}

describe('depth: adaptive', () => {
  const rank = async (options: RankOptions<string>, margins: number[], settings: RerankerOptions = {}) => {
    const reranker = await open(settings, withMargins(...margins));
    let stats: ScoreStats | undefined;
    const ranking = await reranker.rank(query, documents, { ...options, onStats: (cost) => (stats = cost) });
    await reranker.dispose();
    return { ranking, stats: stats! };
  };
  const full = rank({}, [1, 1]);

  it.each([[[0, 0]], [[1, 0.5]], [[3, 2]]])(
    'with margins %j returns only scores that full depth gives',
    async (margins) => {
      const scores = new Map((await full).ranking.map(({ index, score }) => [index, score]));
      const { ranking, stats } = await rank({ depth: 'adaptive', topK: 5 }, margins);
      expect(ranking).toHaveLength(5);
      for (const { index, score, document } of ranking) {
        expect(score).toBeCloseTo(scores.get(index) ?? Number.NaN, 4);
        expect(document).toBe(documents[index]);
      }
      const [first = 0, second = 0, last = 0] = stats.stageRows;
      expect(first).toBe(documents.length);
      expect(second).toBeLessThan(first);
      expect(last).toBeLessThanOrEqual(second);
      expect(last).toBeGreaterThanOrEqual(5);
      expect(stats).toMatchObject({ pairs: first, rows: first, kept: 0 }); // its own states are not "kept"
    },
  );

  it('with margins that let all go on is the full ranking', async () => {
    const { ranking, stats } = await rank({ depth: 'adaptive', topK: 8 }, [1e9, 1e9]);
    expect(ranking.map(({ index }) => index)).toEqual(
      (await full).ranking.slice(0, 8).map(({ index }) => index),
    );
    expect(stats.stageRows).toEqual(Array(3).fill(documents.length));
  });

  it('gives the same ranking whether passages are kept or not', async () => {
    const options = { depth: 'adaptive', topK: 5 } as const;
    const [kept, forgotten] = [
      await rank(options, [1, 0.5]),
      await rank(options, [1, 0.5], { keptPassageBytes: 0 }),
    ];
    expect(forgotten.ranking.map(({ index }) => index)).toEqual(kept.ranking.map(({ index }) => index));
    expect(forgotten.stats.stageRows).toEqual(kept.stats.stageRows);
  });

  it('returns the best 10 unless told otherwise, and skips the heads where all would go on', async () => {
    const { ranking } = await rank({ depth: 'adaptive' }, [1, 1]);
    expect(ranking).toHaveLength(10);
    const all = await rank({ depth: 'adaptive', topK: documents.length }, [0, 0]);
    expect(all.ranking).toEqual((await full).ranking);
    expect(all.stats.batches).toBe((await full).stats.batches);
  });

  it('tells partial rankings of full scores only, and ends with all decided', async () => {
    const partials: { length: number; scored: number; total: number }[] = [];
    const { stats } = await rank(
      {
        depth: 'adaptive',
        topK: 5,
        onPartial: (ranking, progress) => partials.push({ length: ranking.length, ...progress }),
      },
      [1, 0.5],
      { batchTokens: 128 },
    );
    const total = documents.length;
    expect(partials.length).toBeGreaterThan(1);
    expect(partials[0]!.scored).toBeGreaterThan(total - stats.stageRows[2]!);
    expect(partials.every(({ length }) => length > 0)).toBe(true);
    expect(partials.at(-1)).toEqual({ length: 5, scored: total, total });
  });

  it('runs a model without stages in full', async () => {
    const reranker = await open({ model: PLAIN });
    let stats: ScoreStats | undefined;
    const ranking = await reranker.rank(query, documents, {
      depth: 'adaptive',
      onStats: (cost) => (stats = cost),
    });
    const all = await reranker.rank(query, documents);
    expect(reranker.info.stages).toBe(1);
    expect(ranking).toEqual(all.slice(0, 10));
    expect(stats).toMatchObject({ kept: 0, stageRows: [documents.length] });
  });

  it('gives up a backend whose early logits are not those of the reference, and only when they are asked for', async () => {
    const wrong = withManifest(({ check }) => (check!.early![1]!.logits[0]! += 0.5));
    const reranker = await open({}, wrong);
    expect(await reranker.rank(query, documents)).toEqual((await full).ranking);
    await expect(reranker.rank(query, documents, { depth: 'adaptive' })).rejects.toMatchObject({
      code: 'self-check-failed',
      message: expect.stringMatching(/pair 0 scored 28\.05\d\d, expected 28\.5533/),
    });
    await reranker.dispose();
  });

  it('is cancelled between batches, and ranks windows', async () => {
    const reranker = await open({ batchTokens: 64 });
    const controller = new AbortController();
    const cancelled = reranker.rank(query, documents, { depth: 'adaptive', signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    const options = { overflow: 'window', topK: 30 } as const;
    const scores = new Map(
      (await reranker.rank(query, documents, { ...options, topK: undefined })).map((place) => [
        place.index,
        place,
      ]),
    );
    const ranking = await reranker.rank(query, documents, { ...options, depth: 'adaptive' });
    expect(ranking.some(({ window }) => window !== undefined)).toBe(true);
    for (const { index, score, window } of ranking) {
      expect(score).toBeCloseTo(scores.get(index)?.score ?? Number.NaN, 4);
      expect(window).toEqual(scores.get(index)?.window);
    }
  });
});

describe('kept passages of a reranker', () => {
  it('serve the next query, in full and adaptive depth, and are told of', async () => {
    const reranker = await open();
    expect(reranker.info.stages).toBe(3);
    const kept: number[] = [];
    const onStats = (stats: ScoreStats) => kept.push(stats.kept);
    const plain = documents.slice(0, 8); // short enough to fit beside any query, and none of the self-check's
    await reranker.rank('winter harvest', plain, { onStats });
    await reranker.rank('the painter and the copper bridge', plain, { onStats });
    await reranker.rank('quiet island', plain, { onStats, depth: 'adaptive', topK: 3 }); // only deeper states are there
    await reranker.rank('letter', plain, { onStats, depth: 'adaptive', topK: 3 });
    expect(kept).toEqual([0, 8, 0, 8]);
    await reranker.predict(
      plain.map((passage) => ['stone', passage] as const),
      { onStats },
    );
    expect(kept.at(-1)).toBe(8);
  });

  it('can be switched off, and refuse a size that is none', async () => {
    const reranker = await open({ keptPassageBytes: 0 });
    const kept: number[] = [];
    for (let call = 0; call < 2; call++)
      await reranker.rank(query, documents.slice(0, 5), { onStats: (stats) => kept.push(stats.kept) });
    expect(kept).toEqual([0, 0]);
    await expect(open({ keptPassageBytes: -1 })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
