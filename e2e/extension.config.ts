import { defineConfig } from '@playwright/test';
import base from '../playwright.config.js';

/** `npm run test:extension`: examples/extension, built from the packed tarballs and loaded unpacked into Chromium. */
export default defineConfig({
  ...base,
  testDir: '.',
  testIgnore: [],
  testMatch: ['extension/*.spec.ts'],
  globalSetup: undefined,
  outputDir: '../test-results',
  reporter: 'list',
});
