import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyFiles } from './copy-files.js';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'browser-reranker-copy-'));
  writeFileSync(join(place, 'source'), 'the bytes');
});
afterEach(() => rmSync(place, { recursive: true }));

const files = (path: string) => [{ path, from: join(place, 'source'), bytes: 9 }];

test('writes what is missing or differs, and nothing else', async () => {
  const out = join(place, 'public/out');
  const to = join(out, 'runtime/file');
  expect(await copyFiles(files('runtime/file'), out)).toBe(1);
  expect(readFileSync(to, 'utf8')).toBe('the bytes');
  const { mtimeMs } = statSync(to);
  expect(await copyFiles(files('runtime/file'), out)).toBe(0);
  expect(statSync(to).mtimeMs).toBe(mtimeMs);
  writeFileSync(to, 'old bytes'); // of the same length
  expect(await copyFiles(files('runtime/file'), out)).toBe(1);
  expect(readFileSync(to, 'utf8')).toBe('the bytes');
  expect(readdirSync(join(out, 'runtime'))).toEqual(['file']);
});

test('names the file that could not be written, and leaves no part of it', async () => {
  writeFileSync(join(place, 'a-file'), '');
  await expect(copyFiles(files('worker.js'), join(place, 'a-file'))).rejects.toMatchObject({
    code: 'output-failed',
    message: expect.stringMatching(/a-file.worker\.js could not be written: .*ENOTDIR|EEXIST/),
  });
  const gone = [{ path: 'x', from: join(place, 'not-there'), bytes: 1 }];
  await expect(copyFiles(gone, join(place, 'out'))).rejects.toMatchObject({ code: 'output-failed' });
  expect(existsSync(join(place, 'out/x.part'))).toBe(false);
});
