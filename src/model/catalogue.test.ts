import { describe, expect, it } from 'vitest';
import { CATALOGUE, DEFAULT_MODEL } from './catalogue.js';
import { resolveModel } from './source.js';
import { offeredWeights, weightPaths } from './weights.js';

const PAGE = 'https://example.org/';
const entries = Object.entries(CATALOGUE);
const onHub = entries.flatMap(([name, entry]) => (entry.kind === 'hub' ? [{ name, entry }] : []));

describe('the catalogue', () => {
  it('has the models that the documentation names', () => {
    expect(CATALOGUE[DEFAULT_MODEL]?.kind).toBe('hub');
    expect(entries.map(([name]) => name)).toEqual([
      'ms-marco-TinyBERT-L2-v2',
      'ms-marco-MiniLM-L2-v2',
      'ms-marco-MiniLM-L4-v2',
      'ms-marco-MiniLM-L6-v2',
      'ms-marco-MiniLM-L12-v2',
      'mmarco-mMiniLMv2-L12-H384-v1',
      'mxbai-rerank-xsmall-v1',
      'jina-reranker-v1-tiny-en',
      'jina-reranker-v1-turbo-en',
      'gte-reranker-modernbert-base',
      'bge-reranker-base',
      'minilm-l6-rerank-en',
      'minilm-l3-rerank-en',
    ]);
  });

  it.each(entries)('says of %s what helps to choose', (_, { languages, license, maxLength }) => {
    expect(languages.length).toBeGreaterThan(0);
    for (const language of languages) expect(language).toMatch(/^[a-z]{2}$/);
    expect(['Apache-2.0', 'MIT']).toContain(license);
    expect([512, 8192]).toContain(maxLength);
  });

  it.each(onHub)('is whole for $name', ({ entry: { repository, revision, files, texts = {} } }) => {
    expect(repository).toMatch(/^[\w.-]+\/[\w.-]+$/);
    const hashes = [...Object.values(files).flatMap(({ sha256 }) => sha256 ?? []), ...Object.values(texts)];
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    // Hashes belong to a commit; on a branch they would refuse the next one.
    if (revision === undefined) expect(hashes).toEqual([]);
    else expect(revision).toMatch(/^[0-9a-f]{40}$/);
    expect(files.fp32).toBeDefined();
    expect(files.q8).toBeDefined();
    for (const { path, approximateBytes } of Object.values(files)) {
      expect(path).toMatch(/^onnx\/model\w*\.onnx$/);
      expect(approximateBytes).toBeGreaterThan(1e6);
    }
    expect(files.q8!.approximateBytes).toBeLessThan(files.fp32!.approximateBytes / 2);
    for (const file of Object.keys(texts))
      expect(['config.json', 'tokenizer.json', 'tokenizer_config.json']).toContain(file);
  });

  it('gives no hash twice but for a tokenizer that two models share', () => {
    const weights = onHub.flatMap(({ entry }) =>
      Object.values(entry.files).flatMap(({ sha256 }) => sha256 ?? []),
    );
    const configs = onHub.flatMap(({ entry }) => entry.texts?.['config.json'] ?? []);
    expect(new Set([...weights, ...configs]).size).toBe(weights.length + configs.length);
  });
});

describe('a model of the catalogue', () => {
  const source = (name: string, revision?: string) => resolveModel({ model: name, revision }, PAGE);

  it.each(onHub)('$name is offered with the files that it has', ({ name, entry }) => {
    const folder = { manifest: undefined, source: source(name) };
    expect(offeredWeights(folder, {}).map(({ dtype }) => dtype)).toEqual(Object.keys(entry.files));
    for (const { dtype } of offeredWeights(folder, {}))
      expect(weightPaths(folder, dtype, {})).toEqual([entry.files[dtype]?.path]);
  });

  it('keeps the names of its files at another revision, without the hashes', () => {
    const { known, texts, isKnown, activation } = source('mmarco-mMiniLMv2-L12-H384-v1', 'main');
    expect(known.q8).toEqual({ path: 'onnx/model_qint8_arm64.onnx', approximateBytes: 118.6e6 });
    expect({ texts, isKnown, activation }).toEqual({ texts: {}, isKnown: false, activation: undefined });
  });

  it('may be asked for weights that the catalogue does not list', () => {
    const folder = { manifest: undefined, source: source('bge-reranker-base') };
    expect(offeredWeights(folder, { dtype: 'q4' })).toEqual([{ dtype: 'q4' }]);
    expect(weightPaths(folder, 'q4', {})).toEqual(['onnx/model_q4.onnx']);
  });

  it('keeps raw logits where its config.json was never asked', () => {
    expect(source('ms-marco-MiniLM-L6-v2').activation).toBe('identity');
  });
});
