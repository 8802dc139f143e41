import { defineConfig } from 'vitest/config';

// Firefox and WebKit: `npm run test:browsers`. One browser at a time, and minutes where Chromium takes seconds.
export default defineConfig({
  test: {
    include: ['e2e/browsers/**/*.test.ts'],
    globalSetup: 'e2e/browsers/global-setup.ts',
    testTimeout: 300_000,
    hookTimeout: 700_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
