import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.js';
import { fileUrl, resolveModel } from './source.js';

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

  it('looks for the package’s own models in the folders above the page, too, unless it is told where they are', () => {
    const model = 'minilm-l6-rerank-en';
    const places = (page: string) => {
      const { baseUrl, above } = resolveModel({ model }, page);
      return [baseUrl, ...above].map((url) => url.replace(`models/${model}/`, ''));
    };
    expect(places('https://a.test/app/deep/page?q=/x/')).toEqual([
      'https://a.test/app/deep/',
      'https://a.test/app/',
      'https://a.test/',
    ]);
    expect(places('https://a.test/')).toEqual(['https://a.test/']);
    expect(places('file:///C:/site/page.html')).toEqual(['file:///C:/site/']);
    expect(resolveModel({ model, modelsUrl: '/m/' }, 'https://a.test/app/deep/page').above).toEqual([]);
    expect(resolveModel({ model: '/own/' }, 'https://a.test/app/deep/page').above).toEqual([]);
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

  it('resolves the folders of an extension', () => {
    const page = 'chrome-extension://abcdefgh/offscreen.html';
    expect(resolveModel({ model: '/models/mine/' }, page).baseUrl).toBe(
      'chrome-extension://abcdefgh/models/mine/',
    );
    expect(() => resolveModel({ model: '/models/mine/' }, 'data:text/html,a')).toThrow(/No model is called/);
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

  it.each([
    ['/models/100%', 'https://example.org/models/100%25/', ''],
    ['/models/c#sharp', 'https://example.org/models/c%23sharp/', ''],
    ['/models/what?', 'https://example.org/models/what%3F/', ''],
    ['./a b', 'https://example.org/docs/a%20b/', ''],
    ['/a/%zz/', 'https://example.org/a/%25zz/', ''],
    ['/a/%FF/', 'https://example.org/a/%FF/', ''],
    ['https://cdn.test/m?sig=a%2Fb', 'https://cdn.test/m/', '?sig=a%2Fb'],
    ['https://cdn.test/m/?sig=1&x=2/', 'https://cdn.test/m/', '?sig=1&x=2'],
    ['file:///C:/models/x', 'file:///C:/models/x/', ''],
  ])('takes a folder by its name as it is, and its query apart: %s', (model, baseUrl, query) => {
    const source = resolveModel({ model }, PAGE);
    expect(source).toMatchObject({ baseUrl, query });
    expect(fileUrl(source, 'onnx/q 8.onnx')).toBe(`${baseUrl}onnx/q%208.onnx${query}`);
  });

  it('carries the query of modelsUrl to every file', () => {
    const source = resolveModel({ model: 'minilm-l6-rerank-en', modelsUrl: '/static?v=2' }, PAGE);
    expect(fileUrl(source, 'config.json')).toBe(
      'https://example.org/static/minilm-l6-rerank-en/config.json?v=2',
    );
  });

  it.each(['huggingface.co', 'localhost:8080', 'http://', '', 'ftp://mirror.test', 7, {}])(
    'refuses hubHost %j by its name',
    (hubHost) => {
      for (const model of ['cross-encoder/any', undefined])
        expect(() => resolveModel({ model, hubHost: hubHost as string }, PAGE)).toThrow(
          expect.objectContaining({
            code: 'invalid-input',
            message: expect.stringMatching(/^hubHost is .*https:\/\/huggingface.co/) as unknown,
          }) as Error,
        );
    },
  );

  it.each(['http://', 'https://', 'C:\\models\\x', '\\\\server\\share', ''])(
    'does not know a model called %j',
    (model) => {
      expect(() => resolveModel({ model }, PAGE)).toThrow(
        expect.objectContaining({ code: 'unknown-model' }) as Error,
      );
    },
  );

  it('refuses a modelsUrl that is no URL', () => {
    expect(() => resolveModel({ model: 'minilm-l6-rerank-en', modelsUrl: 'http://' }, PAGE)).toThrow(
      /modelsUrl is "http:\/\/"; expected a URL/,
    );
  });
});
