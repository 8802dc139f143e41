import type { Activation } from '../types.js';

/** The functions of torch.nn that are known here. All of them rise, so that scores and logits give one order. */
const FUNCTIONS: Readonly<Record<Activation, (logit: number) => number>> = {
  identity: (logit) => logit,
  sigmoid: (logit) => 1 / (1 + Math.exp(-logit)),
  tanh: Math.tanh,
};

/** Every name that {@link activate} knows. */
export const ACTIVATIONS: readonly string[] = Object.keys(FUNCTIONS);

/** Whether a value of unknown origin is such a name. */
export function isActivation(value: unknown): value is Activation {
  return typeof value === 'string' && Object.hasOwn(FUNCTIONS, value);
}

/** Maps a logit to a score, as sentence-transformers' CrossEncoder does. */
export function activate(logit: number, activation: Activation): number {
  return FUNCTIONS[activation](logit);
}
