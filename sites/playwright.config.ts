import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureChromium } from '../scripts/chromium.js';

const executablePath = await ensureChromium();

/** `npm run test:sites`: builds real sites from the packed tarballs and opens them; some minutes. `-- -g NAME` for one. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../.cache/sites/test-results',
  timeout: 180_000,
  workers: 1,
  reporter: 'list',
  use: { launchOptions: { executablePath, headless: true, args: [...CHROMIUM_FLAGS] } },
});
