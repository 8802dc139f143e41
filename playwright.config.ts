import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureChromium } from './scripts/chromium.js';

/** WebGPU on the software adapter, the same on every machine; in Chromium this works in workers too. */
const WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** The browser measures a page's memory when it is asked, not when it next tidies up. */
const MEASURING = ['--enable-blink-features=ForceEagerMeasureMemory'];

/** `navigator.gpu` is there, `requestAdapter()` gives null. */
const NO_ADAPTER = ['--disable-gpu'];

const executablePath = await ensureChromium();

/** Headless Chromium with these flags added to the usual ones. */
function launch(...extra: string[]): PlaywrightTestConfig['use'] {
  return { launchOptions: { executablePath, headless: true, args: [...CHROMIUM_FLAGS, ...extra] } };
}

/** Minutes on the software adapter, so a command of their own: `npm run test:webgpu`. */
export const LONG = ['architectures.spec.ts', 'memory.spec.ts'];

export default defineConfig({
  testDir: 'e2e',
  testMatch: /\/e2e\/[^/]+\.spec\.ts$/, // what lies in folders has a command of its own
  testIgnore: LONG,
  globalSetup: './e2e/global-setup.ts',
  outputDir: 'test-results',
  timeout: 90_000,
  expect: { timeout: 20_000 },
  // Two cores: parallel pages would time each other out.
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  // A broken build ends in minutes, with a report, and not after a time limit for each test.
  globalTimeout: process.env.CI ? 22 * 60_000 : 0,
  maxFailures: process.env.CI ? 6 : 0,
  reporter: [['list'], ['json', { outputFile: '.cache/test/playwright.json' }]],
  projects: [
    { name: 'webgpu', grepInvert: /@no-adapter/, use: launch(...WEBGPU, ...MEASURING) ?? {} },
    // Only the tests that ask for it, with `{ tag: '@no-adapter' }`.
    { name: 'no-adapter', grep: /@no-adapter/, use: launch(...NO_ADAPTER) ?? {} },
  ],
});
