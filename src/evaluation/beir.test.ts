import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RerankError } from '../errors.js';
import { readCorpus, readQueries } from './beir.js';
import { loadBeirFolder } from './beir-folder.js';
import { blobSource } from './files.js';
import { readQrels, readRun } from './judgments.js';
import { trecOrder } from './metrics.js';

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
      '1\ta',
      /^run\.tsv:1: expected 4 columns with tabs \(query-id, corpus-id, rank, score\) or 6 with blanks/,
    ],
    ['1\ta\tlast', /^run\.tsv:1: the rank is 'last': expected a whole number/],
    ['1\ta\t0x1\t0x10', /^run\.tsv:1: the score is '0x10'/],
    // Read as ranks these scores would put the last first.
    ['1 a 12.5\n1 b 3.25', /^run\.tsv:1: the rank is '12\.5': expected a whole number/],
    ['1 a 90\n1 b 80', /^run\.tsv:1: three columns are read as query, document, rank, but the ranks .* fall/],
    ['1 a 3\n1 b 2\n1 c 1', /^run\.tsv:1: .* the ranks of query '1' fall from line to line/],
    ['1 a 7\n1 b 9', /^run\.tsv:1: .* no rank of query '1' is 1 or 0\. If these are scores, say so/],
    ['1 a 1\n1 b 1', /^run\.tsv:2: .* query '1' has rank 1 twice/],
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

describe('tables of elsewhere', () => {
  it.each([
    ['1\ta\t1\n1\tb\t2\n2\ta\t1', 'MS MARCO with tabs'],
    ['1 a 1\n1 b 2\n2 a 1', 'MS MARCO with blanks'],
    ['1 a 0\n2 a 0\n1 b 1', 'ranks from 0, queries mixed'],
    ['qid\tpid\trank\n1\ta\t1\n1\tb\t2\n2\ta\t1', 'a heading'],
    ['query\tdoc\tscore\n1\ta\t90\n1\tb\t80\n2\ta\t7', 'three columns with a score, as the heading says'],
    [
      'query\tdoc\tscore\trank\n1\ta\t90\t1\n1\tb\t80\t2\n2\ta\t7\t1',
      'score before rank, as the heading says',
    ],
    ['topic Q0 docno rank score tag\n1 Q0 a 1 9 x\n1 Q0 b 2 8 x\n2 Q0 a 1 7 x', 'TREC with a heading'],
  ])('%j orders as its author meant (%s)', async (text) => {
    const run = await readRun(text.split('\n'));
    const order = [...run].map(([query, documents]) => [query, trecOrder(documents).map(({ id }) => id)]);
    expect(order).toEqual([
      ['1', ['a', 'b']],
      ['2', ['a']],
    ]);
  });

  it.each([
    'query\tdoc\trelevance',
    'query_id docid rel',
    'qid iteration docid relevance',
    'Query ID\tDocument ID\tGrade',
    'topic 0 docno rel',
    'question_id\tanswer_id\tlabel',
    '#query\tdoc\trel',
  ])('%j is a heading', async (heading) => {
    const row = heading.includes(' 0 ') || heading.includes('iteration') ? '1 0 d 2' : '1\td\t2';
    expect([...(await readQrels([heading, row]))]).toEqual([['1', new Map([['d', 2]])]]);
  });

  it.each(['query1', 'topic-7', 'qid', 'query'])('%j before a number is an id, not a heading', async (id) => {
    expect([...(await readQrels([`${id}\td\t1`])).keys()]).toEqual([id]);
    expect([...(await readRun([`${id} d 1`])).keys()]).toEqual([id]);
  });

  it('reads whole-number ids of any size digit for digit, and no others', async () => {
    const line = (id: string) =>
      `{"n": [1, 2.5e3], "_id": ${id}, "text": "say \\"12345678901234567890\\" 7"}`;
    for (const id of ['29998650238640129', '-9007199254740993', '123456789012345678901234567890']) {
      expect([...(await readCorpus([line(id)]))]).toEqual([
        [id, { title: '', text: 'say "12345678901234567890" 7' }],
      ]);
    }
    expect([...(await readQueries([line('1e3')])).keys()]).toEqual(['1000']);
    for (const id of ['1e25', '1.5', 'true', 'null']) {
      expect((await failure(readCorpus([line(id)]))).message).toMatch(
        /^corpus\.jsonl:1: expected a string '_id'/,
      );
    }
  });
});

describe('loadBeirFolder', () => {
  const files: Record<string, string> = {
    'set/corpus.jsonl': '{"_id":"a","text":"x"}\n{"_id":"b","text":"y"}\n{"_id":"c","text":"z"}\n',
    'set/queries.jsonl': '{"_id":"1","text":"q"}\n{"_id":"2","text":"r"}',
    'set/qrels/test.tsv': '1\ta\t1\n',
    'set/bm25.tsv': '1\tb\t1\t2\n2\tc\t1\t1\n',
  };
  const source = (given: Record<string, string | Uint8Array<ArrayBuffer>>) =>
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

  it.each(['qrels/dev.tsv', 'qrels.dev.tsv', 'qrels/dev.tsv.gz'])(
    'takes a named split from %s, beside qrels.tsv too, and no other in its place',
    async (path) => {
      const dev = path.endsWith('.gz') ? gzipSync('2\tb\t1\n') : '2\tb\t1\n';
      const both = { ...files, 'set/qrels.tsv': '1\ta\t1\n', [`set/${path}`]: dev };
      expect([...(await loadBeirFolder(source(both), { split: 'dev' })).qrels.keys()]).toEqual(['2']);
      expect([...(await loadBeirFolder(source(both))).qrels.keys()]).toEqual(['1']);
      const { code } = await failure(
        loadBeirFolder(source({ ...files, 'set/qrels.tsv': '' }), { split: 'dev' }),
      );
      expect(code).toBe('not-found');
    },
  );

  it('reads everything packed, and keeps documents whose ids are alike for the warning', async () => {
    const packed = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [`${path}.gz`, gzipSync(text)]),
    );
    const plain = await loadBeirFolder(source(files), { run: 'bm25.tsv' });
    expect(await loadBeirFolder(source(packed), { run: 'bm25.tsv' })).toEqual(plain);
    const spelled = { ...files, 'set/qrels/test.tsv': '1\tA\t1\n' };
    expect([...(await loadBeirFolder(source(spelled), { run: 'bm25.tsv' })).corpus.keys()]).toEqual([
      'a',
      'b',
    ]);
  });

  it('names missing files, and the file and line of malformed ones', async () => {
    const { code, message } = await failure(loadBeirFolder(source(files), { split: 'dev' }));
    expect(code).toBe('not-found');
    expect(message).toMatch(/^set has no qrels\/dev\.tsv or qrels\.dev\.tsv/);
    expect((await failure(loadBeirFolder(source(files), { run: 'x.tsv' }))).message).toMatch(/no x\.tsv/);
    const broken = { ...files, 'set/qrels/test.tsv': '1\ta\t1\n\n1\tb\tx\n' };
    expect((await failure(loadBeirFolder(source(broken)))).message).toMatch(
      /^qrels\/test\.tsv:3: the score is 'x'/,
    );
  });
});
