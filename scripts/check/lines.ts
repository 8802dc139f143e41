import { readFileSync } from 'node:fs';
import { projectFiles } from '../files.js';

const LIMIT = 300;
const SOURCE = /\.(ts|js|cjs|mjs|css|html|py)$/;

/** Every source file of the repository with more than 300 lines. */
function tooLong(): string[] {
  return projectFiles('.')
    .filter((path) => SOURCE.test(path))
    .flatMap((path) => {
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length;
      return lines > LIMIT ? [`${path}: ${lines} lines (limit ${LIMIT})`] : [];
    });
}

const found = tooLong();
for (const line of found) console.error(line);
process.exitCode = found.length > 0 ? 1 : 0;
