import { chmodSync, existsSync, rmSync } from 'node:fs';
import { run } from './run.js';

// src -> dist with tsc, which keeps `new Worker(new URL(...))` as it is written, so that the user's bundler finds it.

rmSync('dist', { recursive: true, force: true });
const code = await run(['tsc', '-p', 'tsconfig.build.json']);
if (existsSync('dist/cli/main.js')) chmodSync('dist/cli/main.js', 0o755);
process.exitCode = code;
