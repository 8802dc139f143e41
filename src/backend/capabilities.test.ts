import { afterEach, describe, expect, it, vi } from 'vitest';
import { probe } from './capabilities.js';

const features = new Set(['shader-f16']);
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1';
const MAC =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** A browser whose `requestAdapter` gives that. */
function browser(requestAdapter: () => unknown, more: object = {}) {
  const asked = vi.fn(requestAdapter);
  vi.stubGlobal('navigator', { gpu: { requestAdapter: asked }, hardwareConcurrency: 6, ...more });
  return asked;
}

const answering = (adapter: unknown) => () => Promise.resolve(adapter);

describe('probe', () => {
  it.each([
    ['without info, as before Chromium 127', { features }, 'adapter'],
    ['without info, that computes on the CPU', { features, isFallbackAdapter: true }, 'software'],
    ['with an info that says so', { features, info: { isFallbackAdapter: true } }, 'software'],
    ['by name', { features, info: { vendor: 'google', architecture: 'swiftshader' } }, 'software'],
    ['of a GPU', { features, info: { vendor: 'nvidia', isFallbackAdapter: false } }, 'adapter'],
  ])('takes an adapter %s', async (_, adapter, webgpu) => {
    browser(answering(adapter));
    expect(await probe()).toMatchObject({ webgpu, shaderF16: true, cores: 6, memory: undefined });
  });

  it.each([
    ['null', answering(null), /no WebGPU adapter/],
    ['a failure', () => Promise.reject(new Error('lost')), /failed: Error: lost/],
    [
      'an exception',
      () => {
        throw new TypeError('odd');
      },
      /failed: TypeError: odd/,
    ],
    ['an adapter that is none', answering({}), /failed: TypeError/],
  ])('never rejects: %s', async (_, requestAdapter, reason) => {
    browser(requestAdapter);
    expect(await probe()).toMatchObject({
      webgpu: 'none',
      webgpuReason: expect.stringMatching(reason) as unknown,
    });
  });

  it('waits a few seconds for an adapter, no longer', async () => {
    vi.useFakeTimers();
    browser(() => new Promise(() => undefined));
    const probed = probe('webgpu');
    await vi.advanceTimersByTimeAsync(5000);
    expect(await probed).toMatchObject({
      webgpu: 'none',
      webgpuReason: expect.stringMatching(/no answer in 5000 ms/) as unknown,
    });
  });

  it('asks for no adapter where WASM is wanted', async () => {
    const asked = browser(answering({ features }));
    expect(await probe('wasm')).toMatchObject({ webgpu: 'none', cores: 6 });
    expect(asked).not.toHaveBeenCalled();
  });

  it('leaves WebGPU alone on iOS 26, where pages crash, and nowhere else', async () => {
    const reasonFor = async (userAgent: string, maxTouchPoints: number) => {
      browser(answering({ features }), { userAgent, maxTouchPoints });
      const { webgpu, webgpuReason, touch } = await probe();
      expect({ webgpu, touch }).toEqual({ webgpu: 'adapter', touch: maxTouchPoints > 1 });
      return webgpuReason;
    };
    for (const [agent, points] of [
      [IPHONE, 5],
      [MAC, 5],
      [IPHONE.replace('Version/26.0 ', 'CriOS/142.0 '), 5],
    ] as const)
      expect(await reasonFor(agent, points)).toMatch(/iOS 26 .*26827 and 27584/);
    for (const [agent, points] of [
      [MAC, 0],
      [IPHONE.replace('/26', '/27'), 5],
      ['Mozilla/5.0 (Linux; Android 16) Chrome/142.0', 5],
    ] as const)
      expect(await reasonFor(agent, points)).toBeUndefined();
  });

  it('does without a navigator', async () => {
    vi.stubGlobal('navigator', undefined);
    expect(await probe()).toMatchObject({ webgpu: 'none', cores: 1 });
  });
});
