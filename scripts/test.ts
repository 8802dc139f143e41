import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { ensureChromium } from './chromium.js';
import { playwrightCounts, readCounts, vitestCounts } from './counts.js';
import { printResults, runSteps, type StepResult } from './run.js';

// `npm test`: a browser, the build, the unit tests, the browser tests; a summary at the end, whatever happened.

const REPORTS = '.cache/test';
const UNIT = `${REPORTS}/vitest.json`;
const BROWSER = `${REPORTS}/playwright.json`;

/** Finds or installs the browser as a step of its own; its path goes to the later steps by the environment. */
async function browserStep(): Promise<StepResult> {
  console.log('▶ browser');
  const start = performance.now();
  const ok = await ensureChromium().then(
    () => true,
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      return false;
    },
  );
  return { name: 'browser', ok, seconds: (performance.now() - start) / 1000 };
}

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
const browser = await browserStep();
const steps = await runSteps([
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  {
    name: 'unit tests',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT}`],
  },
  ...(browser.ok ? [{ name: 'browser tests', command: ['playwright', 'test'] }] : []),
]);

const unit = readCounts(UNIT, vitestCounts);
const pages = readCounts(BROWSER, playwrightCounts);
const results = [browser, ...steps];
printResults(results);
console.log(`Vitest: ${unit.passed} passed, ${unit.failed} failed, ${unit.skipped} skipped`);
console.log(`Playwright: ${pages.passed} passed, ${pages.failed} failed, ${pages.skipped} skipped`);
// A step that failed without a failing test (the build) counts as one failure.
const broken = results.filter((step) => !step.ok).length;
const failed = Math.max(unit.failed + pages.failed, broken > 0 ? 1 : 0);
const passed = unit.passed + pages.passed;
writeFileSync(`${REPORTS}/summary.txt`, `${passed} passed, ${failed} failed\n`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
