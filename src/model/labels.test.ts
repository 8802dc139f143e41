import { describe, expect, it } from 'vitest';
import { explainModules, resolveLabel } from './labels.js';

const failing = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as unknown }) as Error;
const TWO = { architectures: ['BertForSequenceClassification'], id2label: { 0: 'no', 1: 'yes' } };

describe('resolveLabel', () => {
  it('finds nothing to choose where there is one label, or where config.json is silent', () => {
    expect(resolveLabel({ id2label: { 0: 'LABEL_0' } }, undefined)).toBeUndefined();
    expect(resolveLabel({ num_labels: 1 }, undefined)).toBeUndefined();
    expect(resolveLabel({ num_labels: 1 }, 0)).toBeUndefined();
    expect(resolveLabel({}, undefined)).toBeUndefined();
  });

  it('takes a label by its number or its name', () => {
    expect(resolveLabel(TWO, 1)).toBe(1);
    expect(resolveLabel(TWO, 'no')).toBe(0);
    expect(resolveLabel({}, 3)).toBe(3);
  });

  it.each([
    [TWO, '(0 "no", 1 "yes")'],
    [{ ...TWO, id2label: undefined, num_labels: 2 }, 'option label'],
    [{ id2label: TWO.id2label, architectures: ['ModernBertModel'] }, 'no classifier'],
  ])('tells several labels from no head at all (%#)', (config, message) => {
    expect(() => resolveLabel(config, undefined)).toThrow(failing('unsupported-model', message));
  });

  it.each([2, -1, 0.5, Number.NaN, '1', 'YES', null, true])('refuses label %j', (label) => {
    expect(() => resolveLabel(TWO, label as string)).toThrow(failing('invalid-input', '0 "no", 1 "yes"'));
  });

  it('needs a number where config.json names none', () => {
    expect(() => resolveLabel({}, 'yes')).toThrow(failing('invalid-input', 'names no labels'));
  });
});

describe('explainModules', () => {
  const modules = (...names: string[]) =>
    JSON.stringify(names.map((name) => ({ type: `sentence_transformers.models.${name}` })));

  it('names a head that is outside the graph', () => {
    expect(explainModules(modules('Transformer', 'Pooling', 'Dense'))).toContain('Pooling, Dense');
  });

  it('tells a text-embedding model', () => {
    expect(explainModules(modules('Transformer', 'Pooling'))).toContain('text-embedding model');
  });

  it.each(['', 'null', '{}', '[]', '[1]', modules('Transformer')])('says nothing about %s', (text) => {
    expect(explainModules(text)).toBeUndefined();
  });
});
