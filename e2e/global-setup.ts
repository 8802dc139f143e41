import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the test page once, as a user's bundler would build theirs. */
export default async function setUp(): Promise<void> {
  const configFile = fileURLToPath(new URL('harness/vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'warn' });
}
