import { defineConfig } from '@playwright/test';
import base, { LONG } from '../playwright.config.js';

/** `npm run test:webgpu`: what takes minutes on the software adapter, and so is not part of `npm test`. */
export default defineConfig({
  ...base,
  testDir: '.',
  testIgnore: [],
  testMatch: LONG,
  globalSetup: './global-setup.ts',
  outputDir: '../test-results',
  reporter: 'list',
});
