import { defineConfig } from '@playwright/test';
import long from './long.config.js';

/** `npm run test:chaos`: faults one by one, random sequences of them, and load; some minutes. */
export default defineConfig({
  ...long,
  testMatch: ['reliability/*.spec.ts'],
});
