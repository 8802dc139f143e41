import { parseArgs } from 'node:util';
import { run } from './run.js';

// `npm run fuzz -- --times 20 --seed 7`: the tests that throw broken files and odd values at every reader, longer and with
// other numbers than in `npm test`. A failure prints what was thrown; the same times and seed throw it again.

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});
const numbers = [values.times, values.seed].map(Number);
if (!numbers.every((number) => Number.isFinite(number) && number > 0))
  throw new Error('--times and --seed take numbers above 0');
console.log(`--times ${values.times} --seed ${values.seed}`);
process.exitCode = await run(['vitest', 'run', 'fuzz', 'mutations', 'odd-input', '--test-timeout=3600000'], {
  FUZZ_TIMES: values.times,
  FUZZ_SEED: values.seed,
});
