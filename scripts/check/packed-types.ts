import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { packedTarballs } from '../packed.js';
import { run } from '../run.js';

// The types as a stranger gets them, from the packed tarball: what its exports point to, and a small app that uses each of them
// under both ways of resolving modules.

const APP = '.cache/packed-types';

const { main } = await packedTarballs();
rmSync(APP, { recursive: true, force: true });
cpSync('scripts/check/packed-app', APP, { recursive: true });
const installed = `${APP}/node_modules/browser-reranker`;
mkdirSync(installed, { recursive: true });
execFileSync('tar', ['-xzf', main, '--strip-components=1', '-C', installed]);

const codes: number[] = [];
for (const command of [
  [
    'attw',
    main,
    '--profile',
    'esm-only',
    '--format',
    'ascii',
    '--exclude-entrypoints',
    './models/*',
    './dist-script/*',
  ],
  ['tsc', '--project', APP, '--module', 'preserve', '--moduleResolution', 'bundler'],
  ['tsc', '--project', APP, '--module', 'node16', '--moduleResolution', 'node16'],
])
  codes.push(await run(command));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
