import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import buildHarness from '../global-setup.js';

/** Builds the test page and the script tag's folder. */
export default async function setUp(): Promise<void> {
  await buildHarness();
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync('npx', ['tsx', 'scripts/build-drop-in.ts'], { cwd, stdio: 'inherit' });
}
