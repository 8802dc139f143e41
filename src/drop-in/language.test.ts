import { describe, expect, it } from 'vitest';
import { languagesOf, speaks } from './language.js';

const page = (lang: string | null) => ({ getAttribute: () => lang }) as unknown as Element; // only its `lang` is read

describe('the language of a page', () => {
  it.each([
    ['en', true],
    ['en-GB', true],
    ['EN_us', true],
    ['', true],
    [null, true],
    ['de', false],
    ['enm', false],
  ])('%s', (lang, passes) => {
    expect(speaks(languagesOf('minilm-l6-rerank-en'), page(lang))).toBe(passes);
  });

  it('is any where nobody knows the model', () => {
    expect(speaks(languagesOf('https://example.com/model/'), page('de'))).toBe(true);
    expect(speaks(languagesOf('toString'), page('de'))).toBe(true);
    expect(speaks(languagesOf('mmarco-mMiniLMv2-L12-H384-v1'), page('ja'))).toBe(true);
  });
});
