import { existsSync, readFileSync } from 'node:fs';

/** How many tests of a suite passed, failed and were skipped. */
export interface Counts {
  /** Tests that passed. */
  passed: number;
  /** Tests that failed; one at least when the suite itself could not run. */
  failed: number;
  /** Tests left out. */
  skipped: number;
}

/** The fields of Vitest's JSON report that are read here. */
interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  success: boolean;
}

/** The fields of Playwright's JSON report that are read here. */
interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

/** Reads Vitest's counts; a file that failed outside its tests counts as a failure. */
export function vitestCounts(report: VitestReport): Counts {
  const failed = report.numFailedTests === 0 && !report.success ? 1 : report.numFailedTests;
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
}

/** Reads Playwright's counts; an error outside its tests counts as a failure. */
export function playwrightCounts({ stats, errors }: PlaywrightReport): Counts {
  const failed = stats.unexpected === 0 && errors.length > 0 ? 1 : stats.unexpected;
  return { passed: stats.expected + stats.flaky, failed, skipped: stats.skipped };
}

/** Reads a suite's report; a missing or broken one counts as one failure. */
export function readCounts<T>(path: string, read: (report: T) => Counts): Counts {
  try {
    if (existsSync(path)) return read(JSON.parse(readFileSync(path, 'utf8')) as T);
  } catch (error) {
    console.error(`${path}: ${String(error)}`);
  }
  return { passed: 0, failed: 1, skipped: 0 };
}
