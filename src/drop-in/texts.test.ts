import { describe, expect, it } from 'vitest';
import { ENGLISH, fill } from './texts.js';

describe('the texts', () => {
  it('name the size where it is known, and leave the brackets out where not', () => {
    expect(fill(ENGLISH.ask, { model: 'minilm-l6-rerank-en' })).toContain('a language model once (30 MB).');
    expect(fill(ENGLISH.ask, { model: '/my/model/' })).toContain('a language model once.');
    expect(fill('模型（约 {size}）。', {})).toBe('模型。');
  });

  it('count', () => {
    expect(fill(ENGLISH.loading, { percent: 42 })).toBe('Loading better results … 42 %');
    expect(fill(ENGLISH.loading, {})).toBe('Loading better results … 0 %');
  });
});
