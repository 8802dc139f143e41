import { describe, expect, it } from 'vitest';
import { readDataAttributes } from './data-attributes.js';
import { readAttachOptions } from './options.js';

describe('the data attributes', () => {
  it('attach only where the tag has data-rerank', () => {
    expect(readDataAttributes({ model: 'x' })).toBeUndefined();
    expect(readDataAttributes({ rerank: '' })).toEqual({ engine: 'auto' });
    expect(readDataAttributes({ rerank: 'pagefind', somebodyElses: 'x' })).toEqual({ engine: 'pagefind' });
  });

  it('are read as the options they stand for', () => {
    const dataset = {
      rerank: 'pagefind',
      model: 'minilm-l3-rerank-en',
      candidates: '20',
      priorWeight: '0.3',
      keepFirst: '1',
      minScore: '-2.5',
      consent: '',
      warm: 'idle',
      languages: 'en, de',
      hold: '0',
      patience: '2000',
      textTurnOff: 'Aus',
      textOn: '',
    };
    const options = readDataAttributes(dataset);
    expect(options).toEqual({
      engine: 'pagefind',
      model: 'minilm-l3-rerank-en',
      candidates: 20,
      priorWeight: 0.3,
      keepFirst: 1,
      minScore: -2.5,
      consent: true,
      warm: 'idle',
      languages: ['en', 'de'],
      hold: 0,
      patience: 2000,
      texts: { turnOff: 'Aus', on: '' },
    });
    expect(readAttachOptions(options ?? {})).toEqual(options);
  });

  it.each([
    [{ rerank: 'lunr' }, 'engine is "lunr"; expected "auto" or "pagefind"'],
    [{ rerank: '', candidates: '' }, 'candidates is ""; expected a whole number, 1 or more'],
    [{ rerank: '', candidates: 'many' }, 'candidates is NaN'],
    [{ rerank: '', consent: 'yes' }, 'consent is "yes"; expected true or false'],
    [{ rerank: '', warm: 'now' }, 'warm is "now"; expected "focus", "never" or "idle"'],
    [{ rerank: '', languages: 'english' }, 'languages is an array; expected a list of language codes'],
    [{ rerank: '', priorWeight: '2' }, 'priorWeight is 2; expected a number from 0 to 1'],
  ])('refuse a wrong value: %o', (dataset, message) => {
    expect(() => readAttachOptions(readDataAttributes(dataset) ?? {})).toThrow(message);
  });

  it('refuse a text that there is not, and name those that there are', () => {
    expect(() => readDataAttributes({ rerank: '', textTurnOf: 'x' })).toThrow(
      /There is no data-text-turn-of; there are data-text-ask, .*data-text-turn-off/,
    );
  });
});
