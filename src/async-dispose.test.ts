import { describe, expect, it, vi } from 'vitest';
import { thisThread } from './testing/this-thread.js';
import { createRerankerIn } from './pooled-reranker.js';
import { fixture } from './testing/fixtures.js';
import type { Reranker } from './types.js';

vi.setConfig({ testTimeout: 60_000 });

const options = { model: fixture('tiny-bert/').href, dtype: 'fp32', threads: 1 } as const;
const query = 'bright river market';

describe('await using', () => {
  it('disposes at the end of the block, also by an error', async () => {
    let kept: Reranker | undefined;
    const block = async () => {
      await using reranker = await createRerankerIn(thisThread(), options);
      kept = reranker;
      expect(await reranker.rank(query, ['a'])).toHaveLength(1);
      throw new TypeError('mine');
    };
    await expect(block()).rejects.toThrow('mine');
    await expect(kept?.rank(query, ['a'])).rejects.toMatchObject({ code: 'disposed' });
  });

  it('breaks nothing where the engine has no such symbol', async () => {
    const names = Object.getOwnPropertyNames(Symbol).filter(
      (name) => !/Dispose|^(length|name|prototype)$/.test(name),
    );
    const kept = names.map((name) => [name, Reflect.get(Symbol, name) as unknown]);
    const real = Symbol;
    const old = Object.assign((words: string) => real(words), Object.fromEntries(kept));
    vi.resetModules();
    vi.stubGlobal('Symbol', old);
    try {
      const fresh = await import('./async-dispose.js');
      expect(fresh.ASYNC_DISPOSE).toBe(Symbol.for('Symbol.asyncDispose'));
      const { createRerankerIn: create } = await import('./pooled-reranker.js');
      const { thisThread: node } = await import('./testing/this-thread.js');
      const reranker = await create(node(), options);
      expect(await reranker.rank(query, ['a'])).toHaveLength(1);
      expect('undefined' in reranker).toBe(false);
      await reranker[fresh.ASYNC_DISPOSE]();
      await expect(reranker.rank(query, ['a'])).rejects.toMatchObject({ code: 'disposed' });
    } finally {
      vi.unstubAllGlobals();
      vi.resetModules();
    }
  });
});
