import { describe, expect, it, vi } from 'vitest';
import { RerankError } from './errors.js';
import { listed, place, Q8_ONLY, WEIGHTS } from './testing/place.js';
import type { Reranker, RerankerInfo } from './types.js';

// Another reranker where none can be opened here, over a real network, with workers that are not real.

const INFO: RerankerInfo = {
  model: 'elsewhere',
  revision: undefined,
  device: 'remote',
  dtype: undefined,
  threads: 0,
  workers: 0,
  maxLength: undefined,
  modelMaxLength: undefined,
  stages: 1,
  attempts: [{ device: 'remote', ok: true }],
  files: [],
};

/** A reranker that stands elsewhere. */
function elsewhere() {
  return {
    info: INFO,
    predict: vi.fn(async () => new Float32Array([1])),
    rank: vi.fn(async () => []),
    dispose: vi.fn(async () => undefined),
    [Symbol.asyncDispose]: async () => undefined,
  } satisfies Reranker;
}

describe('fallback', () => {
  it('is not touched where the local one loads', async () => {
    const { load } = await place();
    const fallback = vi.fn(elsewhere);
    const { info } = await load({ fallback });
    expect(fallback).not.toHaveBeenCalled();
    expect(info.device).toBe('wasm');
    expect(info.fallbackReason).toBeUndefined();
  });

  it('serves where loading fails, and says why and what was tried', async () => {
    const { load, environment } = await place(Q8_ONLY);
    environment.faults.open = () => {
      throw new RerankError('backend-failed', 'no kernels');
    };
    const other = elsewhere();
    for (const fallback of [other, Promise.resolve(other), () => other, async () => other]) {
      const reranker = await load({ fallback });
      expect(reranker.info).toMatchObject({
        device: 'remote',
        fallbackReason: expect.stringContaining('no kernels') as unknown,
        attempts: [
          { device: 'webgpu', ok: false },
          { device: 'wasm', dtype: 'q8', ok: false, reason: 'no kernels' },
          { device: 'wasm', dtype: 'fp32', ok: false },
          { device: 'remote', ok: true },
        ],
      });
      await reranker.rank('q', ['a'], { topK: 1 });
      expect(other.rank).toHaveBeenLastCalledWith('q', ['a'], { topK: 1 });
      expect(await reranker.predict([['q', 'a']])).toEqual(new Float32Array([1]));
      await reranker.dispose();
      expect(other.dispose).toHaveBeenCalledTimes(typeof fallback === 'function' ? 1 : 0);
      other.dispose.mockClear();
    }
    expect(environment.workers.ended).toBe(environment.workers.made);
  });

  it('serves where the device is too small, before the weights are asked for', async () => {
    const files = listed(Q8_ONLY, 'r1');
    const { 'onnx/model_quantized.onnx': weights } = Q8_ONLY;
    const { environment, load, asked, server } = await place(files);
    const smallest = (weights.length * 3 * 4) / 2 ** 30; // GiB
    const withMemory = async (memory: number) => {
      const capabilities = await environment.capabilities();
      environment.capabilities = () => Promise.resolve({ ...capabilities, memory });
      return load({ model: `${server.url}/folder/`, revision: undefined, fallback: elsewhere() });
    };
    const { info } = await withMemory(smallest * 0.99);
    expect(info.device).toBe('remote');
    expect(info.fallbackReason).toContain('the device is too small');
    expect(info.attempts.at(-2)?.reason).toContain('not tried: the device is too small');
    expect(asked(WEIGHTS)).toBe(0);
    expect((await withMemory(smallest * 1.01)).info.device).toBe('wasm');
  });

  it("does not hide a mistake, an abort, or an error of the caller's own", async () => {
    const { load } = await place();
    const fallback = vi.fn(elsewhere);
    await expect(load({ fallback, dtype: 'q9' as 'q8' })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(load({ fallback, model: 'no such' })).rejects.toMatchObject({ code: 'unknown-model' });
    await expect(load({ fallback, signal: AbortSignal.abort() })).rejects.toThrow(DOMException);
    const mine = new RerankError('not-found', 'mine');
    const onProgress = () => {
      throw mine;
    };
    await expect(load({ fallback, onProgress })).rejects.toBe(mine);
    expect(fallback).not.toHaveBeenCalled();
  });

  it('fails with both errors where it fails, too', async () => {
    const { load } = await place();
    const cause = new Error('no server either');
    const failed = (fallback: unknown) =>
      load({ model: 'owner/nothing', fallback: fallback as () => Reranker }); // a caller without types
    await expect(failed(() => Promise.reject(cause))).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('The fallback failed, too: no server either') as unknown,
      cause,
    });
    await expect(failed({})).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(failed(3)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('disposes what a function made for a call that was cancelled meanwhile', async () => {
    const { load } = await place();
    const other = elsewhere();
    const stop = new AbortController();
    const fallback = async () => {
      stop.abort();
      await new Promise((done) => setTimeout(done, 5));
      return other;
    };
    await expect(load({ model: 'owner/nothing', fallback, signal: stop.signal })).rejects.toThrow(
      DOMException,
    );
    await expect.poll(() => other.dispose.mock.calls.length).toBe(1);
  });
});
