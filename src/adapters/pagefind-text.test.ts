import { describe, expect, it } from 'vitest';
import { pagefindText } from './pagefind-text.js';

const words = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `w${from + index}`).join(' ');

describe('what is read of a page', () => {
  it('is its title and the words around those of the query', () => {
    const page = {
      content: words(0, 1000),
      meta: { title: 'A page' },
      weighted_locations: [
        { location: 20, balanced_score: 1 },
        { location: 700, balanced_score: 1 },
        { location: 720, balanced_score: 1 },
      ],
    };
    expect(pagefindText(page)).toBe(`A page\n${words(651, 771)}`);
  });

  it('prefers what counts more', () => {
    const weighted_locations = [
      { location: 0, balanced_score: 9 },
      { location: 700, balanced_score: 1 },
      { location: 701, balanced_score: 1 },
    ];
    expect(pagefindText({ content: words(0, 1000), weighted_locations })).toBe(words(0, 120));
  });

  it('is the whole of a short page, and the end of a long one', () => {
    expect(
      pagefindText({ content: 'a b c', meta: { title: '' }, weighted_locations: [{ location: 2 }] }),
    ).toBe('a b c');
    expect(pagefindText({ content: words(0, 500), weighted_locations: [{ location: 499 }] })).toBe(
      words(380, 500),
    );
  });

  it('begins at the beginning where no word stands in the text, or words are counted otherwise', () => {
    expect(pagefindText({ content: words(0, 500), meta: { title: 'T' } })).toBe(`T\n${words(0, 120)}`);
    expect(pagefindText({ content: '東京の人口', weighted_locations: [{ location: 3 }] })).toBe('東京の人口');
  });
});
