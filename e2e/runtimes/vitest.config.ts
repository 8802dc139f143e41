import { defineConfig } from 'vitest/config';

// Node, Deno and Bun from the packed tarballs: `npm run test:runtimes`. Deno and Bun come from npm, and take 200 MB.
export default defineConfig({
  test: {
    include: ['e2e/runtimes/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
