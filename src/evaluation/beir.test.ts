import { describe, expect, it } from 'vitest';
import { RerankError } from '../errors.js';
import { readCorpus, readQrels, readQueries, readRun } from './beir.js';
import { loadBeirFolder } from './beir-folder.js';
import { blobSource } from './files.js';

async function failure(work: Promise<unknown>): Promise<RerankError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RerankError)) throw new Error(`expected a RerankError, got ${String(error)}`);
  return error;
}

describe('readCorpus and readQueries', () => {
  it('read objects, with titles, whole-number ids and empty lines', async () => {
    const lines = [
      '{"_id":"a","title":"T","text":"x","metadata":{}}',
      '',
      '{"_id":7,"title":null,"text":""}',
    ];
    expect([...(await readCorpus(lines))]).toEqual([
      ['a', { title: 'T', text: 'x' }],
      ['7', { title: '', text: '' }],
    ]);
    expect([...(await readQueries(['{"_id":"1","text":"q"}']))]).toEqual([['1', 'q']]);
  });

  it('keeps only what is asked for', async () => {
    const lines = ['{"_id":"a","text":"x"}', '{"_id":"b","text":"y"}'];
    expect([...(await readCorpus(lines, 'c', (id) => id === 'b')).keys()]).toEqual(['b']);
  });

  it.each([
    ['{"_id":"a","text":"x"}\n{"_id":"b"', /^corpus\.jsonl:2: .* is not JSON: expected one object a line/],
    ['[1]', /^corpus\.jsonl:1: "\[1\]" is not an object/],
    ['\n{"text":"x"}', /^corpus\.jsonl:2: expected a string '_id', got only text/],
    ['{"_id":"a","text":null}', /^corpus\.jsonl:1: expected a string 'text', got null/],
    ['{"_id":"a","text":"x"}\n{"_id":"a","text":"y"}', /^corpus\.jsonl:2: document 'a' was already given/],
  ])('says what is wrong with %j', async (text, message) => {
    const error = await failure(readCorpus(text.split('\n')));
    expect(error.code).toBe('invalid-data');
    expect(error.message).toMatch(message);
  });

  it('refuses a query given twice', async () => {
    const error = await failure(readQueries(['{"_id":"1","text":"q"}', '{"_id":"1","text":"q"}'], 'q.jsonl'));
    expect(error.message).toMatch(/^q\.jsonl:2: query '1' was already given/);
  });
});

describe('readQrels', () => {
  it('reads both forms, with and without a heading', async () => {
    const expected = [
      [
        '1',
        new Map([
          ['d 1', 2],
          ['d2', 0],
        ]),
      ],
    ];
    expect([...(await readQrels(['query-id\tcorpus-id\tscore', '1\td 1\t2', '1\td2\t0']))]).toEqual(expected);
    expect([...(await readQrels(['1\td 1\t2', '1\td2\t0', '1\td2\t0']))]).toEqual(expected);
    expect([...(await readQrels(['1 0 d1  2', '1\t0\td2\t-1']))]).toEqual([
      [
        '1',
        new Map([
          ['d1', 2],
          ['d2', -1],
        ]),
      ],
    ]);
  });

  it.each([
    ['1\td1', /^qrels\.tsv:1: expected 3 columns with tabs \(query-id, corpus-id, score\) or 4 with blanks/],
    ['1\td1\t1\n1\td2', /^qrels\.tsv:2: expected 3 columns with tabs \(.*\), none empty; got "1\\td2"\.$/],
    ['1\t\t1', /^qrels\.tsv:1: expected 3 columns/],
    ['1\td1\t0.5', /^qrels\.tsv:1: the score is '0\.5': expected a whole number/],
    ['1\td1\thigh', /^qrels\.tsv:1: the score is 'high'/],
    ['1\td1\t1\n1\td1\t2', /^qrels\.tsv:2: query '1', document 'd1': graded 1 before and 2 here/],
  ])('says what is wrong with %j', async (text, message) => {
    const error = await failure(readQrels(text.split('\n')));
    expect(error.code).toBe('invalid-data');
    expect(error.message).toMatch(message);
  });
});

describe('readRun', () => {
  it('reads both forms', async () => {
    const expected = [
      [
        '1',
        [
          { id: 'a', score: 2.5 },
          { id: 'b', score: -1e-3 },
        ],
      ],
    ];
    const tsv = ['query-id\tcorpus-id\trank\tscore', '1\ta\t1\t2.5', '1\tb\t2\t-0.001'];
    expect([...(await readRun(tsv))]).toEqual(expected);
    expect([...(await readRun(['1 Q0 a 1 2.5 bm25', '1\tQ0\tb\t2\t-0.001\tbm25']))]).toEqual(expected);
  });

  it.each([
    [
      '1\ta\t1',
      /^run\.tsv:1: expected 4 columns with tabs \(query-id, corpus-id, rank, score\) or 6 with blanks/,
    ],
    [
      '1 Q0 a 1 2.5 x\n1 Q0 b 2 1.5',
      /^run\.tsv:2: expected 6 with blanks \(query-id Q0 corpus-id rank score tag\)/,
    ],
    ['1\ta\t1\tNaN', /^run\.tsv:1: the score is 'NaN': expected a finite number/],
    ['1\ta\t1\t2\n1\ta\t2\t1', /^run\.tsv:2: query '1' has document 'a' twice/],
  ])('says what is wrong with %j', async (text, message) => {
    expect((await failure(readRun(text.split('\n')))).message).toMatch(message);
  });
});

describe('loadBeirFolder', () => {
  const files: Record<string, string> = {
    'set/corpus.jsonl': '{"_id":"a","text":"x"}\n{"_id":"b","text":"y"}\n{"_id":"c","text":"z"}\n',
    'set/queries.jsonl': '{"_id":"1","text":"q"}\n{"_id":"2","text":"r"}',
    'set/qrels/test.tsv': '1\ta\t1\n',
    'set/bm25.tsv': '1\tb\t1\t2\n2\tc\t1\t1\n',
  };
  const source = (given: Record<string, string>) =>
    blobSource(Object.entries(given).map(([path, text]) => [path, new Blob([text])]));

  it('reads a dropped folder, and of the corpus what judged queries need', async () => {
    const folder = await loadBeirFolder(source(files), { run: 'bm25.tsv' });
    expect([...folder.corpus.keys()]).toEqual(['a', 'b']);
    expect([...folder.queries.keys()]).toEqual(['1', '2']);
    expect(folder.run?.get('2')).toEqual([{ id: 'c', score: 1 }]);
  });

  it('keeps the whole corpus without a run, and takes a run read before', async () => {
    expect((await loadBeirFolder(source(files))).corpus.size).toBe(3);
    const run = new Map([['1', [{ id: 'c', score: 1 }]]]);
    expect([...(await loadBeirFolder(source(files), { run })).corpus.keys()]).toEqual(['a', 'c']);
  });

  it('names missing files, and the file and line of malformed ones', async () => {
    const { code, message } = await failure(loadBeirFolder(source(files), { split: 'dev' }));
    expect(code).toBe('not-found');
    expect(message).toMatch(/^set has no qrels\.tsv or qrels\/dev\.tsv/);
    expect((await failure(loadBeirFolder(source(files), { run: 'x.tsv' }))).message).toMatch(/no x\.tsv/);
    const broken = { ...files, 'set/qrels/test.tsv': '1\ta\t1\n\n1\tb\tx\n' };
    expect((await failure(loadBeirFolder(source(broken)))).message).toMatch(
      /^qrels\/test\.tsv:3: the score is 'x'/,
    );
  });
});
