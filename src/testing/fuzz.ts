import { seeded } from './random.js';

/**
 * How much is thrown at a reader, and the numbers it is made of. `npm test` always throws the same, in some seconds;
 * `npm run fuzz -- --times 20 --seed 7` more, and others.
 *
 * @param times - how many in `npm test`
 * @param seed - of this reader, so that two readers are not thrown the same
 */
export function fuzz(times: number, seed: number): { times: number; random: () => number } {
  const { FUZZ_TIMES = '1', FUZZ_SEED = '0' } = process.env;
  return { times: Math.ceil(times * Number(FUZZ_TIMES)), random: seeded(seed + Number(FUZZ_SEED)) };
}
