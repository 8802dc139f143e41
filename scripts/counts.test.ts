import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { playwrightCounts, readCounts, vitestCounts } from './counts.js';

const vitest = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, success: true };
const stats = { expected: 3, unexpected: 0, flaky: 1, skipped: 2 };

test('counts of both runners', () => {
  expect(vitestCounts(vitest)).toEqual({ passed: 5, failed: 0, skipped: 2 });
  expect(vitestCounts({ ...vitest, numFailedTests: 2, success: false }).failed).toBe(2);
  expect(playwrightCounts({ stats, errors: [] })).toEqual({ passed: 4, failed: 0, skipped: 2 });
  expect(playwrightCounts({ stats: { ...stats, unexpected: 2 }, errors: [{}] }).failed).toBe(2);
});

test('a suite that broke outside its tests counts as a failure', () => {
  expect(vitestCounts({ ...vitest, success: false }).failed).toBe(1);
  expect(playwrightCounts({ stats, errors: [{}] }).failed).toBe(1);
});

test('a missing or broken report counts as a failure', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'counts-')), 'report.json');
  expect(readCounts(path, vitestCounts).failed).toBe(1);
  writeFileSync(path, '{');
  const silent = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(readCounts(path, vitestCounts).failed).toBe(1);
  silent.mockRestore();
});
