import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureChromium } from '../../scripts/chromium.js';

const executablePath = await ensureChromium();

/** `npm run test:examples`: each folder of examples/ with the packed tarballs, as a reader would run it. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results',
  timeout: 300_000,
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: { launchOptions: { executablePath, headless: true, args: [...CHROMIUM_FLAGS, '--disable-gpu'] } },
});
