import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findInstalled } from './chromium.js';

const bin = mkdtempSync(join(tmpdir(), 'bin-'));
const hidden = { PATH: bin, CHROMIUM_SEARCH: 'path' };

test('finds a browser on PATH, by the usual names', () => {
  expect(findInstalled(hidden)).toBeUndefined();
  const path = join(bin, process.platform === 'win32' ? 'google-chrome.exe' : 'google-chrome');
  writeFileSync(path, '');
  chmodSync(path, 0o755);
  expect(findInstalled(hidden)).toBe(path);
});

test('CHROMIUM_PATH comes first, and must exist', () => {
  const own = join(bin, 'my-browser');
  expect(() => findInstalled({ ...hidden, CHROMIUM_PATH: own })).toThrow(/CHROMIUM_PATH.*no such file/);
  writeFileSync(own, '');
  expect(findInstalled({ ...hidden, CHROMIUM_PATH: own })).toBe(own);
});
