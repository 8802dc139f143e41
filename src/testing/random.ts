import { randomBits } from '../evaluation/random-bits.js';

/** A source of numbers from 0 up to, not including, 1 that gives the same ones for the same seed. */
export function seeded(seed: number): () => number {
  const bits = randomBits(seed);
  return () => bits() / 2 ** 32;
}
