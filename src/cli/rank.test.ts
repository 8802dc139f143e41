import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RerankError } from '../errors.js';
import { readPassages } from './passages.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TINY = join(root, 'src/testing/fixtures/tiny-bert');
const STAGED = join(root, 'src/testing/fixtures/tiny-staged');

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'browser-reranker-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const COMMAND = `${process.execPath} --import tsx src/cli/main.ts`;

const inBash = (script: string) => spawnSync('bash', ['-c', script], { cwd: root, encoding: 'utf8' });

/** Runs the command as a person would, from a checkout. */
function run(args: string[], input?: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
    cwd: root,
    input,
    encoding: 'utf8',
  });
}

describe('readPassages', () => {
  it.each([
    ['a.txt', 'one\n\n  two \r\nthree', ['one', 'two', 'three']],
    ['a.json', '["one", {"text": "two", "id": 7}]', ['one', { text: 'two', id: 7 }]],
    ['a.jsonl', '{"text":"one"}\n\n"two"\n', [{ text: 'one' }, 'two']],
    ['bom.txt', '\ufeffone\ntwo', ['one', 'two']],
    ['bom.json', '\ufeff["one"]', ['one']],
    ['bom.jsonl', '\ufeff{"text":"one"}\r\n\r\n"two"\r\n', [{ text: 'one' }, 'two']],
    ['cr.txt', 'one\rtwo\r', ['one', 'two']],
    ['a.jsonl.gz', gzipSync('\ufeff{"text":"one"}\n'), [{ text: 'one' }]],
    ['a.JSON.GZ', gzipSync('["one"]'), ['one']],
    ['pipe', '{"text":"one"}\n{"text":"two"}\n', [{ text: 'one' }, { text: 'two' }]],
    ['63', gzipSync('one\ntwo\n'), ['one', 'two']],
    ['.hidden', '["one"]', ['one']],
  ])('reads %s', async (name, content, expected) => {
    expect(await readPassages(write(name, content))).toEqual(expected);
  });

  it.each([
    ['b.json', '{"text":"one"}', 'invalid-data', 'is an object with the keys text; expected a JSON array'],
    ['b.jsonl', '{"text":"one"}\n{"text":', 'invalid-data', 'b.jsonl:2 is not JSON'],
    ['c.jsonl', '{"text":"one"}\n{"body":"two"}', 'invalid-data', 'c.jsonl:2 has no text'],
    ['b.csv', 'one', 'invalid-data', 'has an unknown ending'],
    ['b.csv.gz', 'one', 'invalid-data', 'has an unknown ending'],
    [
      'utf16.txt',
      Buffer.from('\ufeffone\r\n', 'utf16le'),
      'invalid-data',
      'utf16.txt is UTF-16LE; expected UTF-8',
    ],
    [
      'latin1.txt',
      Buffer.from('Güte\n', 'latin1'),
      'invalid-data',
      'iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW',
    ],
    ['cut.txt.gz', gzipSync('one\ntwo\n').subarray(0, 20), 'invalid-data', 'the gzip data is damaged'],
    [
      'pagefind.json',
      '[{"url": "/a/", "meta": {"title": "Ferry"}, "excerpt": "The ferry"}]',
      'invalid-data',
      'item 1 has no text; its keys are: url, meta, excerpt. Expected a string, or an object with a string "text"',
    ],
    [
      'n.json',
      '["a", {"text": null, "title": "x"}]',
      'invalid-data',
      'item 2 has null as its text; its keys are: text, title',
    ],
    [
      'o.json',
      '{"results": []}',
      'invalid-data',
      'is an object with the keys results; expected a JSON array',
    ],
    ['s.jsonl', '["one"]', 'invalid-data', 's.jsonl:1 is an array; expected a string, or an object'],
  ])('refuses %s with the place (%#)', async (name, content, code, message) => {
    const error = await readPassages(write(name, content)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RerankError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) as unknown });
  });

  it.each([
    ['"one"\n"two"\n', ['one', 'two']],
    ['"Hello," she said.\n"Yes."\n', ['"Hello," she said.', '"Yes."']],
    ['\ufeff {"text": "one"}', [{ text: 'one' }]],
    ['["one",\n "two"]', ['one', 'two']],
    ['[1] The ferry.\n[2] Bread.', ['[1] The ferry.', '[2] Bread.']],
    ['', []],
  ])('takes standard input for what it looks like: %j', async (text, expected) => {
    const input = (async function* () {
      yield await Promise.resolve(Buffer.from(text));
    })();
    expect(await readPassages('-', input)).toEqual(expected);
  });

  it('says what cannot be read', async () => {
    await expect(readPassages(folder)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/could not be read: EISDIR/) as unknown,
    });
  });
});

describe('browser-reranker rank', { timeout: 120_000 }, () => {
  it('prints an array of index, score and document with --json, from standard input', () => {
    const { status, stdout } = run(
      [
        'rank',
        '--query',
        'how many people',
        '--passages',
        '-',
        '--model',
        TINY,
        '--top-k',
        '2',
        '--activation',
        'sigmoid',
        '--json',
      ],
      'first passage\nsecond passage of people\nthird\n',
    );
    expect(status).toBe(0);
    const ranking = JSON.parse(stdout) as { index: number; score: number; document: string }[];
    expect(ranking).toHaveLength(2);
    expect(ranking.map((place) => Object.keys(place))).toEqual([
      ['index', 'score', 'document'],
      ['index', 'score', 'document'],
    ]);
    expect(ranking[0]?.score).toBeGreaterThanOrEqual(ranking[1]?.score ?? 1);
    expect(ranking.every(({ score }) => score > 0 && score < 1)).toBe(true);
  });

  it('finds texts under other keys with --text, and prints the documents as they are', () => {
    const hits = [{ url: '/a', meta: { title: 'River' }, excerpt: 'a bright river' }, 'a bare text'];
    const args = ['rank', '--query', 'river', '--passages', '-', '--model', TINY, '--json'];
    const texts = ['--text', 'meta.title', '--text', 'excerpt'];
    const { status, stdout } = run([...args, ...texts], JSON.stringify(hits));
    expect(status).toBe(0);
    const ranking = JSON.parse(stdout) as { index: number; score: number; document: unknown }[];
    for (const { index, document } of ranking) expect(document).toEqual(hits[index]);
    const joined = run(args, JSON.stringify(['River a bright river', 'a bare text']));
    const scores = (places: typeof ranking) => places.map(({ index, score }) => ({ index, score }));
    expect(scores(ranking)).toEqual(scores(JSON.parse(joined.stdout) as typeof ranking));
    const without = run(args, JSON.stringify(hits));
    expect(without).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /item 1 has no text; its keys are: url, meta, excerpt.*--text KEY/,
      ) as string,
    });
  });

  it('returns the best 10 of an adaptive ranking with --depth', () => {
    const passages = Array.from({ length: 15 }, (_, index) => `passage ${index}`).join('\n');
    const args = ['rank', '--query', 'winter', '--passages', '-', '--model', STAGED, '--json'];
    const { status, stdout } = run([...args, '--depth', 'adaptive'], passages);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(10);
  });

  it('ranks the Berlin example with the model that the package carries', () => {
    const { status, stdout } = run([
      'rank',
      '--query',
      'How many people live in Berlin?',
      '--passages',
      'examples/berlin.txt',
      '--threads',
      '1', // on a busy machine several wait for each other longer than they compute
    ]);
    expect(status).toBe(0);
    const [header, ...lines] = stdout.trim().split('\n');
    expect(header).toMatch(/rank +score +index +passage/);
    const order = lines.map((line) => Number(/^ *\d+ +\S+ +(\d+)/.exec(line)?.[1]));
    expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // The three that the published scores of ms-marco-MiniLM-L6-v2 put first, the nearest population leading.
    expect(order[0]).toBe(3);
    expect(new Set(order.slice(0, 3))).toEqual(new Set([0, 3, 5]));
    expect(lines.at(-1)).toMatch(/Paris/);
  });

  it('ends quietly where nobody reads on, and with an error where the disk is full', () => {
    const pipe = ['set -o pipefail', `${COMMAND} rank --help | true`, 'echo "$?"'].join('; ');
    const closed = inBash(pipe);
    expect(closed).toMatchObject({ status: 0, stdout: '0\n', stderr: '' });
    const full = inBash(`${COMMAND} rank --help > /dev/full`);
    expect(full.status).toBe(1);
    expect(full.stderr).toMatch(
      /^browser-reranker: Standard output could not be written to its end: ENOSPC.*\(output-failed\)\n$/,
    );
  });

  it('reads a process substitution, takes words that look like options for values, and prints nothing that a terminal acts on', () => {
    const passages = `<(printf 'people \\033]0;title\\007 \\302\\2332J \\342\\200\\256\\r\\nmore people\\n')`;
    const base = `${COMMAND} rank --model src/testing/fixtures/tiny-bert --threads 1`;
    const table = inBash(`${base} --query -h --passages ${passages}`);
    expect(table).toMatchObject({ status: 0, stderr: '' });
    expect(table.stdout).toContain('people \\u001b]0;title\\u0007 \\u009b2J \\u202e');
    // eslint-disable-next-line no-control-regex -- what must not come
    expect(table.stdout).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
    const json = inBash(`${base} --query=--json --json --passages ${passages}`);
    const ranking = JSON.parse(json.stdout) as { document: string }[];
    expect(ranking.map(({ document }) => document).sort()).toEqual([
      'more people',
      'people \u001b]0;title\u0007 \u009b2J \u202e',
    ]);
    // eslint-disable-next-line no-control-regex -- what must not come
    expect(json.stdout).not.toMatch(/[\x1b\x9b\u202e]/);
  });

  it.each([
    [['rank', '--query', 'q'], 2, '--query and --passages are needed'],
    [['rank', '--query', 'q', '--passages', 'nowhere.txt'], 2, 'nowhere.txt could not be read'],
    [
      ['rank', '--query', 'q', '--passages', 'examples/berlin.txt', '--top-k', 'many'],
      2,
      '--top-k is "many"; expected a whole number',
    ],
    [
      ['rank', '--query', 'q', '--passages', 'examples/berlin.txt', '--model', './none'],
      1,
      'config.json is not there (404)',
    ],
    [
      ['rank', '--query', 'q', '--passages', 'examples/berlin.txt', '--depth', 'deep'],
      2,
      '--depth is "deep"; expected full or adaptive',
    ],
    [
      ['rank', '--query', 'q', '--passages', 'examples/berlin.txt', '--threads', '1000'],
      2,
      '--threads is "1000"; expected a whole number from 1 to ',
    ],
    [
      ['rank', '--query', 'q', '--passages', 'examples/berlin.txt', '--model', 'package.json'],
      2,
      '--model package.json is a file; expected the folder that holds it',
    ],
    [
      ['rank', '--query', 'q', '--passages', 'no\u001b[2Jwhere.txt'],
      2,
      'no\\u001b[2Jwhere.txt could not be read',
    ],
    [['rank', '--what'], 2, '--what'],
    [['sort'], 2, 'There is no command "sort"'],
  ])('ends with a status and a reason (%#)', (args, status, message) => {
    const result = run(args);
    expect(result.status).toBe(status);
    expect(result.stderr).toContain(message);
    expect(result.stdout).toBe('');
  });
});
