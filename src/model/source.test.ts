import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.js';
import { resolveModel } from './source.js';

const PAGE = 'https://example.org/docs/page.html';

describe('resolveModel', () => {
  it('takes ms-marco-MiniLM-L6-v2 from the Hub when none is named, with the published hash', () => {
    const source = resolveModel({}, PAGE);
    expect(source.baseUrl).toBe(
      'https://huggingface.co/Xenova/ms-marco-MiniLM-L-6-v2/resolve/fec3517fe1016cfeee39338ef98ba76fc449dbcc/',
    );
    expect(source.known.q8?.sha256).toBe('e9d8ebf845c413e981c175bfe49a3bfa9b3dcce2a3ba54875ee5df5a58639fbe');
  });

  it('knows the five ms-marco models and the bundled one', () => {
    expect(Object.keys(CATALOGUE)).toEqual(
      expect.arrayContaining(
        ['TinyBERT-L2', 'MiniLM-L2', 'MiniLM-L4', 'MiniLM-L6', 'MiniLM-L12'].map(
          (name) => `ms-marco-${name}-v2`,
        ),
      ),
    );
    expect(resolveModel({ model: 'minilm-l6-rerank-en' }, PAGE).baseUrl).toBe(
      'https://example.org/docs/models/minilm-l6-rerank-en/',
    );
    expect(resolveModel({ model: 'minilm-l6-rerank-en', modelsUrl: '/static' }, PAGE).baseUrl).toBe(
      'https://example.org/static/minilm-l6-rerank-en/',
    );
  });

  it.each([
    ['cross-encoder/any', {}, 'https://huggingface.co/cross-encoder/any/resolve/main/'],
    [
      'cross-encoder/any',
      { hubHost: 'https://mirror.test/hf', revision: 'v1' },
      'https://mirror.test/hf/cross-encoder/any/resolve/v1/',
    ],
    ['https://cdn.test/m', {}, 'https://cdn.test/m/'],
    ['/models/mine', {}, 'https://example.org/models/mine/'],
    ['./mine/', {}, 'https://example.org/docs/mine/'],
  ])('resolves %s', (model, options, url) => {
    expect(resolveModel({ model, ...options }, PAGE).baseUrl).toBe(url);
  });

  it('does not lend the hashes of the pinned commit to another revision', () => {
    expect(resolveModel({ revision: 'main' }, PAGE)).toMatchObject({ known: {}, revision: undefined });
  });

  it('refuses anything else with the names that exist', () => {
    expect(() => resolveModel({ model: 'minilm' }, PAGE)).toThrow(
      /No model is called "minilm". Use one of ms-marco/,
    );
    expect(() => resolveModel({ model: 'constructor' }, PAGE)).toThrow(/No model is called/);
  });
});
