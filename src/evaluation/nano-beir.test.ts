import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { blobSource, type FileSource } from './files.js';
import { NanoBeirEvaluator, type NanoBeirQueryResult } from './nano-beir.js';
import { hubDatasetSource, loadNanoBeirSet, NANO_BEIR_SETS, type NanoBeirName } from './nano-beir-data.js';
import type { PairScorer } from './types.js';

interface NanoGolden {
  scores: [query: string, document: string, score: number][];
  cases: { alwaysRerankPositives: boolean; rerankK: number; expected: Record<string, number> }[];
}

// Written by training/fixtures/evaluation_goldens.py in this shape.
const golden = JSON.parse(
  await readFile(new URL('fixtures/nano.json', import.meta.url), 'utf8'),
) as NanoGolden;
const table = new Map(golden.scores.map(([query, document, score]) => [`${query}\t${document}`, score]));
const scorer: PairScorer = {
  predict: (pairs) => Promise.resolve(Float32Array.from(pairs, (pair) => table.get(pair.join('\t')) ?? NaN)),
};
const source: FileSource = {
  name: 'fixtures/nano',
  open: (path) => {
    const url = new URL(`fixtures/nano/${path}`, import.meta.url);
    return Promise.resolve(existsSync(url) ? createReadStream(url) : undefined);
  },
};
const datasets: NanoBeirName[] = ['msmarco', 'nq'];

describe('NanoBeirEvaluator', () => {
  it.each(golden.cases)('equals the reference, always $alwaysRerankPositives', async (test) => {
    const { alwaysRerankPositives, rerankK, expected } = test;
    const evaluator = new NanoBeirEvaluator({ datasets, source, rerankK, alwaysRerankPositives });
    const figures = await evaluator.run(scorer);
    expect(Object.keys(figures)).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(figures)) {
      expect(Math.abs(value - (expected[key] ?? NaN)), key).toBeLessThan(1e-9);
    }
  });

  it('reports progress, and takes finished queries back', async () => {
    const evaluator = new NanoBeirEvaluator({ datasets, source, rerankK: 12 });
    const finished: NanoBeirQueryResult[] = [];
    const places: string[] = [];
    const first = await evaluator.run(scorer, {
      onProgress: (at, result) => {
        places.push(`${at.dataset} ${at.done}/${at.total}, ${at.datasetsDone}/${at.datasets}`);
        finished.push(result);
      },
    });
    expect(places[0]).toBe('msmarco 1/6, 0/2');
    expect(places.at(-1)).toBe('nq 6/6, 1/2');
    const unused: PairScorer = { predict: () => Promise.reject(new Error('nothing is left to score')) };
    expect(await evaluator.run(unused, { finished })).toEqual(first);
  });

  it('names the main figure as the reference does', () => {
    expect(new NanoBeirEvaluator().primaryMetric).toBe('NanoBEIR_R100_mean_ndcg@10');
    expect(Object.keys(NANO_BEIR_SETS)).toHaveLength(13);
  });

  it('refuses unknown sets and counts before fetching', () => {
    const unknown = 'trivia' as NanoBeirName;
    expect(() => new NanoBeirEvaluator({ datasets: [unknown] })).toThrow(/'trivia' is not a NanoBEIR set/);
    expect(() => new NanoBeirEvaluator({ datasets: [] })).toThrow(/empty/);
    expect(() => new NanoBeirEvaluator({ rerankK: 0 })).toThrow(/rerankK is 0/);
  });
});

describe('hubDatasetSource', () => {
  it("asks the Hub's addresses", async () => {
    const urls: string[] = [];
    const fetch = (url: string | URL | Request): Promise<Response> => {
      urls.push(url instanceof Request ? url.url : String(url));
      return Promise.resolve(new Response('x'));
    };
    await hubDatasetSource({ fetch }).open('bm25/NanoNQ-00000-of-00001.parquet');
    await hubDatasetSource({
      fetch,
      hubHost: 'https://mirror.example/',
      datasetId: 'a/b',
      revision: 'v1',
    }).open('x');
    expect(urls).toEqual([
      'https://huggingface.co/datasets/sentence-transformers/NanoBEIR-en/resolve/main/bm25/NanoNQ-00000-of-00001.parquet',
      'https://mirror.example/datasets/a/b/resolve/v1/x',
    ]);
  });
});

describe('loadNanoBeirSet', () => {
  // The extra file keeps `set/` the shared top folder even where the set itself has no files.
  const folder = (given: Record<string, string>): FileSource =>
    blobSource([
      ['set/README.md', new Blob()],
      ...Object.entries(given).map(([path, text]) => [`set/NanoNQ/${path}`, new Blob([text])] as const),
    ]);
  const files = {
    'corpus.jsonl':
      '{"_id":"a","title":"T","text":"ant"}\n{"_id":"b","text":"bee"}\n{"_id":"c","text":"cat"}\n',
    'queries.jsonl': '{"_id":"1","text":"one"}\n',
    'qrels/test.tsv': 'query-id\tcorpus-id\tscore\n1\tc\t1\n1\tb\t0\n',
    'bm25.tsv': '1\ta\t1\t3.5\n1\tb\t2\t2.5\n',
  };

  it('reads a BEIR folder a set, as from a dropped folder', async () => {
    expect(await loadNanoBeirSet('NQ', folder(files), 1)).toEqual([
      { query: 'one', positive: ['cat'], documents: ['ant'] },
    ]);
  });

  it('says which files are missing or what does not fit', async () => {
    await expect(loadNanoBeirSet('nq', folder({}), 5)).rejects.toThrow(
      /no bm25\/NanoNQ-00000-of-00001.parquet either.*qrels.tsv or qrels\/test.tsv/,
    );
    const noText = folder({ ...files, 'queries.jsonl': '{"_id":"2","text":"two"}' });
    await expect(loadNanoBeirSet('nq', noText, 5)).rejects.toThrow(/query '1', but the query has no text/);
    const readParquet = (): Promise<Record<string, unknown>[]> => Promise.resolve([{ id: 1 }]);
    await expect(loadNanoBeirSet('nq', source, 5, { readParquet })).rejects.toThrow(
      /bm25\/NanoNQ.*row 0 has no text in the column 'query-id', only the columns id/,
    );
  });
});
