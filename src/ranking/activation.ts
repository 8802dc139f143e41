import type { Activation } from '../types.js';

/** Maps a logit to a score (`Identity` and `Sigmoid` of torch.nn, as sentence-transformers' CrossEncoder uses them). */
export function activate(logit: number, activation: Activation): number {
  return activation === 'sigmoid' ? 1 / (1 + Math.exp(-logit)) : logit;
}
