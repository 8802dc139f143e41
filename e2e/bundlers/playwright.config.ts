import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureChromium } from '../../scripts/chromium.js';

const executablePath = await ensureChromium();

/** `npm run test:bundlers`: each bundler from npm with the packed tarballs, one at a time, in a Chromium without a GPU. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  globalSetup: './global-setup.ts',
  outputDir: '../../test-results',
  timeout: 300_000,
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: { launchOptions: { executablePath, headless: true, args: [...CHROMIUM_FLAGS, '--disable-gpu'] } },
});
