import { describe, expect, it } from 'vitest';
import { RerankError } from './errors.js';
import { listed, place, Q8_ONLY, WEIGHTS, type Place } from './testing/place.js';
import type { RerankerOptions } from './types.js';

// Loading over a real network, with workers that are not real: what is ended, and what opens again.

const NOTHING_KEPT = {
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

describe('what is ended', () => {
  it("a caller's error in onProgress is his own, at once, and ends the workers", async () => {
    for (const when of ['download', 'open', 'ready'] as const) {
      for (const bug of [new TypeError('a bug of the page'), new RerankError('not-found', 'mine'), 'text']) {
        const { environment, load, asked } = await place();
        const onProgress: RerankerOptions['onProgress'] = ({ status }) => {
          if (status === when) throw bug; // eslint-disable-line @typescript-eslint/only-throw-error -- a page may throw anything
        };
        const error = await load({ onProgress, retries: 3 }).catch((error: unknown) => error);
        expect(error).toBe(bug);
        expect(asked('/config.json')).toBe(1);
        expect(environment.workers.ended).toBe(environment.workers.made);
      }
    }
  });

  it('a download that stalls or is never answered, after the time and the retries that were given', async () => {
    for (const kind of ['stall', 'hang'] as const) {
      const { server, environment, load } = await place();
      server.fault(kind === 'stall' ? /cdn.*quantized/ : WEIGHTS, { kind });
      const started = performance.now();
      await expect(load({ stallTimeout: 100, retries: 1 })).rejects.toMatchObject({
        code: 'download-failed',
        message: expect.stringContaining('nothing came for 100 ms') as unknown,
      });
      expect(performance.now() - started).toBeLessThan(5000);
      expect(environment.workers.ended).toBe(environment.workers.made);
      server.clearFaults();
      server.fault(WEIGHTS, { kind: 'hang', times: 1 });
      await expect(load({ stallTimeout: 100, retries: 1 })).resolves.toBeDefined();
    }
  });

  it('nothing is left when loading is cancelled or disposed of at any step', async () => {
    for (const step of ['load', 'prepare', 'open'] as const) {
      const { environment, load } = await place();
      const controller = new AbortController();
      environment.faults[step] = () => controller.abort();
      await expect(load({ signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
      expect(environment.workers.ended).toBe(environment.workers.made);
      environment.faults = {};
      const reranker = await load({ idleTimeout: 10 });
      await expect.poll(() => environment.workers.ended).toBe(environment.workers.made);
      environment.faults[step] = () => void reranker.dispose();
      await expect(reranker.rank('q', ['a'])).rejects.toMatchObject({ code: 'disposed' });
      expect(environment.workers.ended).toBe(environment.workers.made);
    }
  });

  it('ready does not wait for the disk', async () => {
    const { environment, load } = await place();
    const cache = await environment.openCache(true);
    environment.openCache = () => Promise.resolve({ ...cache, write: () => new Promise(() => undefined) });
    await expect(load()).resolves.toBeDefined();
  });
});

describe('an idle reranker', () => {
  const idle = async ({ environment }: Place) => {
    await expect.poll(() => environment.workers.ended, { interval: 5 }).toBe(environment.workers.made);
  };
  const rank = (reranker: Awaited<ReturnType<Place['load']>>) => reranker.rank('q', ['aa', 'a']);

  it('lists each file once, however often it opens again', async () => {
    const where = await place();
    const reranker = await where.load({ idleTimeout: 5 });
    const { files } = reranker.info;
    for (let cycle = 0; cycle < 5; cycle++) {
      await idle(where);
      await rank(reranker);
    }
    expect(reranker.info.files.map(({ file }) => file).sort()).toEqual(files.map(({ file }) => file).sort());
    expect(reranker.info.attempts.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it.each([true, false])(
    'reads a folder anew that was published again (with a manifest: %s)',
    async (withManifest) => {
      const files: Record<string, string> = {};
      const publish = (version: string) => {
        const { 'onnx/model_quantized.onnx': weights, ...texts } = Q8_ONLY;
        const all = {
          ...texts,
          'tokenizer.json': JSON.stringify({ version }),
          'onnx/model_quantized.onnx': weights + version,
        };
        Object.assign(files, withManifest ? listed(all, version) : all);
      };
      publish('one');
      const where = await place(files);
      where.environment.openCache = () => Promise.resolve(NOTHING_KEPT);
      const opened: string[] = [];
      where.environment.faults.open = ({ tokenizer, weights }) => {
        opened.push(
          `${(JSON.parse(tokenizer) as { version: string }).version} ${new TextDecoder().decode(weights).slice(-3)}`,
        );
      };
      const reranker = await where.load({ model: `${where.server.url}/folder`, idleTimeout: 5 });
      await idle(where);
      publish('two');
      expect(await rank(reranker)).toHaveLength(2);
      expect(opened).toEqual(['one one', 'two two']);
      expect(reranker.info).toMatchObject({ revision: withManifest ? 'two' : undefined, dtype: 'q8' });
    },
  );
});
