import { describe, expect, it } from 'vitest';
import { checkLabels } from './labels.js';

describe('checkLabels', () => {
  it('takes a model with one logit a pair', () => {
    expect(() => checkLabels({ id2label: { 0: 'LABEL_0' } })).not.toThrow();
    expect(() => checkLabels({ num_labels: 1 })).not.toThrow();
  });

  it.each([{ id2label: { 0: 'NEGATIVE', 1: 'POSITIVE' } }, {}])('refuses any other (%j)', (config) => {
    expect(() => checkLabels(config)).toThrow(
      expect.objectContaining({
        code: 'unsupported-model',
        message: expect.stringContaining('2 labels') as unknown,
      }) as Error,
    );
  });
});
