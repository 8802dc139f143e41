import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { packedTarballs } from '../../scripts/packed.js';
import { BERLIN } from './app.js';

/** Packs the packages once, and asks the terminal for the order that every page must show. */
export default async function setUp(): Promise<void> {
  await packedTarballs();
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const model = ['--model', 'public/models/minilm-l3-rerank-en'];
  const input = ['--query', BERLIN.query, '--passages', 'examples/berlin.txt'];
  const output = execFileSync('npx', ['tsx', 'src/cli/main.ts', 'rank', ...model, ...input, '--json'], {
    cwd: root,
    encoding: 'utf8',
  });
  const ranking = JSON.parse(output) as { index: number }[];
  process.env.KNOWN_ORDER = JSON.stringify(ranking.map(({ index }) => index));
}
