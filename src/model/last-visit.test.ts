import { describe, expect, it } from 'vitest';
import type { FileCache } from './cache.js';
import { readLastVisit, writeLastVisit } from './last-visit.js';
import { resolveModel } from './source.js';

const source = resolveModel({ model: 'https://site.example/base/?key=secret' }, 'https://site.example/');

function memory() {
  const stored = new Map<string, Uint8Array>();
  const cache: FileCache = {
    read: (key) => Promise.resolve(stored.get(key)),
    write: (key, bytes) => Promise.resolve(void stored.set(key, bytes)),
    remove: (key) => Promise.resolve(void stored.delete(key)),
  };
  return { stored, cache };
}

describe('the last visit', () => {
  it('is kept beside the files, without the query of a signed URL', async () => {
    const { stored, cache } = memory();
    expect(await readLastVisit(cache, source)).toBeUndefined();
    await writeLastVisit(cache, source, { revision: 'r1', manifest: '{}', files: ['config.json'] });
    expect([...stored.keys()]).toEqual(['https://site.example/base/reranker.json?last-visit']);
    expect(await readLastVisit(cache, source)).toEqual({
      revision: 'r1',
      manifest: '{}',
      files: ['config.json'],
    });
  });

  it('counts for nothing where it is damaged', async () => {
    for (const text of [
      '',
      '{"revision":',
      '[]',
      '{"revision":3}',
      '{"revision":"r"}',
      '{"revision":"r","files":[],"manifest":{}}',
    ]) {
      const { stored, cache } = memory();
      stored.set('https://site.example/base/reranker.json?last-visit', new TextEncoder().encode(text));
      expect(await readLastVisit(cache, source)).toBeUndefined();
    }
  });
});
