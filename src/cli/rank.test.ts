import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RerankError } from '../errors.js';
import { readPassages } from './passages.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TINY = join(root, 'src/testing/fixtures/tiny-bert');
const STAGED = join(root, 'src/testing/fixtures/tiny-staged');

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'browser-reranker-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

/** Runs the command as a person would, from a checkout. */
function run(args: string[], input?: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('npx', ['tsx', 'src/cli/main.ts', ...args], { cwd: root, input, encoding: 'utf8' });
}

describe('readPassages', () => {
  it.each([
    ['a.txt', 'one\n\n  two \r\nthree', ['one', 'two', 'three']],
    ['a.json', '["one", {"text": "two", "id": 7}]', ['one', { text: 'two', id: 7 }]],
    ['a.jsonl', '{"text":"one"}\n\n"two"\n', [{ text: 'one' }, 'two']],
  ])('reads %s', async (name, content, expected) => {
    expect(await readPassages(write(name, content))).toEqual(expected);
  });

  it.each([
    ['b.json', '{"text":"one"}', 'invalid-data', 'is not an array'],
    ['b.jsonl', '{"text":"one"}\n{"text":', 'invalid-data', 'b.jsonl:2 is not JSON'],
    ['c.jsonl', '{"text":"one"}\n{"body":"two"}', 'invalid-data', 'c.jsonl:2 has no text'],
    ['b.csv', 'one', 'invalid-data', 'has an unknown ending'],
  ])('refuses %s with the place (%#)', async (name, content, code, message) => {
    const error = await readPassages(write(name, content)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RerankError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) as unknown });
  });
});

describe('browser-reranker rank', { timeout: 60_000 }, () => {
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
    [['rank', '--what'], 2, '--what'],
    [['sort'], 2, 'There is no command "sort"'],
  ])('ends with a status and a reason (%#)', (args, status, message) => {
    const result = run(args);
    expect(result.status).toBe(status);
    expect(result.stderr).toContain(message);
    expect(result.stdout).toBe('');
  });
});
