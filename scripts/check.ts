import { printResults, runSteps, type Step } from './run.js';

// `npm run check` runs every check; `npm run check -- types docs` only those named.

const STEPS: Step[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'imports', command: ['depcruise', 'src', '--output-type', 'err-long'] },
  { name: 'docs', command: ['tsx', 'scripts/check/docs.ts'] },
  { name: 'errors', command: ['tsx', 'scripts/check/errors.ts'] },
  { name: 'lines', command: ['tsx', 'scripts/check/lines.ts'] },
  { name: 'licences', command: ['tsx', 'scripts/check/licences.ts'] },
  { name: 'size', command: ['tsx', 'scripts/check/size.ts'] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'publint', command: ['publint', 'run', '--strict'] },
  { name: 'packed-types', command: ['tsx', 'scripts/check/packed-types.ts'] },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `no check named ${unknown.join(', ')}; there are ${STEPS.map((step) => step.name).join(', ')}`,
  );
  process.exit(2);
}
const results = await runSteps(STEPS.filter((step) => wanted.length === 0 || wanted.includes(step.name)));
printResults(results);
process.exitCode = results.every((result) => result.ok) ? 0 : 1;
