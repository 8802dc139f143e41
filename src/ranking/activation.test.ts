import { describe, expect, it } from 'vitest';
import { activate, ACTIVATIONS } from './activation.js';

describe('activate', () => {
  it('maps as torch.nn does', () => {
    expect(activate(-2.5, 'identity')).toBe(-2.5);
    expect(activate(0.3028571605682373, 'sigmoid')).toBeCloseTo(0.5751407742500305, 6);
    expect(activate(-0.5, 'tanh')).toBeCloseTo(-0.46212, 5);
  });

  it('keeps the order with every function', () => {
    const logits = [-30, -3, -0.1, 0, 0.1, 3, 30];
    for (const name of ACTIVATIONS) {
      const scores = logits.map((logit) => activate(logit, name as 'tanh'));
      expect(scores).toEqual([...scores].sort((a, b) => a - b));
    }
  });
});
