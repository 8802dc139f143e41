import { expect, test } from 'vitest';
import { withAssets } from './assets.js';

const PAGE = () => 'https://example.org/deep/page';

test('one folder stands for workers, runtime and models', () => {
  const { createWorker, ...urls } = withAssets({ assetsUrl: '/search' }, PAGE);
  expect(urls).toEqual({
    assetsUrl: '/search',
    runtimeUrl: 'https://example.org/search/runtime/',
    modelsUrl: 'https://example.org/search/models/',
  });
  expect(createWorker).toBeTypeOf('function');
});

test("a signed folder's query goes to each of its folders", () => {
  expect(withAssets({ assetsUrl: 'https://cdn.example.org/a/?key=1' }, PAGE)).toMatchObject({
    runtimeUrl: 'https://cdn.example.org/a/runtime/?key=1',
    modelsUrl: 'https://cdn.example.org/a/models/?key=1',
  });
});

test('what is named beside it counts', () => {
  const createWorker = () => ({}) as Worker;
  const given = { assetsUrl: '/search/', runtimeUrl: '/runtime/', modelsUrl: '/models/', createWorker };
  expect(withAssets(given, PAGE)).toEqual(given);
});

test('without the option nothing changes', () => {
  expect(withAssets({ model: 'x' }, PAGE)).toEqual({ model: 'x' });
});

test('what is no URL is refused', () => {
  expect(() => withAssets({ assetsUrl: 'http://' }, PAGE)).toThrow(
    /assetsUrl is "http:\/\/"; expected a URL/,
  );
});
