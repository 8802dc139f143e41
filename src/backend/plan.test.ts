import { describe, expect, it } from 'vitest';
import type { Capabilities } from './capabilities.js';
import { plan, type OfferedWeights, type PlanOptions } from './plan.js';

const page: Capabilities = {
  webgpu: 'adapter',
  webgpuReason: undefined,
  shaderF16: false,
  jspi: true,
  isolated: false,
  cores: 8,
  memory: 8,
};
const own: OfferedWeights[] = [
  { dtype: 'q8', devices: ['wasm'] },
  { dtype: 'w8', devices: ['webgpu', 'wasm'] },
];
const hub: OfferedWeights[] = [{ dtype: 'fp32' }, { dtype: 'fp16' }, { dtype: 'q8' }];

const order = (capabilities: Partial<Capabilities>, weights: OfferedWeights[], options: PlanOptions = {}) =>
  plan({ ...page, ...capabilities }, weights, options).attempts.map(
    ({ device, dtype }) => `${device} ${dtype}`,
  );

describe('plan', () => {
  it('prefers WebGPU on a real adapter, then WASM', () => {
    expect(order({}, own)).toEqual(['webgpu w8', 'wasm q8', 'wasm w8']);
  });

  it('takes fp16 only where the adapter has shader-f16, and says so', () => {
    expect(order({ shaderF16: true }, hub)).toEqual(['webgpu fp16', 'wasm q8', 'wasm fp32', 'webgpu fp32']);
    expect(order({}, hub)).toEqual(['wasm q8', 'wasm fp32', 'webgpu fp32']);
    expect(plan(page, hub, {}).passedOver).toEqual([
      { device: 'webgpu', dtype: 'fp16', ok: false, reason: 'the adapter has no shader-f16' },
    ]);
  });

  it('passes over a missing or a software adapter with the reason', () => {
    const missing = { webgpu: 'none', webgpuReason: 'no WebGPU adapter' } as const;
    expect(order(missing, own)).toEqual(['wasm q8', 'wasm w8']);
    expect(plan({ ...page, ...missing }, own, {}).passedOver).toEqual([
      { device: 'webgpu', ok: false, reason: 'no WebGPU adapter' },
    ]);
    expect(order({ webgpu: 'software', webgpuReason: 'computes on the CPU' }, own)).toEqual([
      'wasm q8',
      'wasm w8',
    ]);
  });

  it('leaves an adapter alone where pages crash, unless it is asked for by name', () => {
    const crashing = { webgpuReason: 'pages crash with WebGPU on iOS 26' };
    expect(order(crashing, own)).toEqual(['wasm q8', 'wasm w8']);
    expect(order(crashing, own, { device: 'webgpu' })).toEqual(['webgpu w8']);
    expect(plan({ ...page, ...crashing }, own, {}).passedOver).toEqual([
      { device: 'webgpu', ok: false, reason: crashing.webgpuReason },
    ]);
  });

  it('starts fewer workers on touch devices that do not say what memory they have', () => {
    const workers = (capabilities: Partial<Capabilities>, options: PlanOptions = {}) =>
      plan({ ...page, ...capabilities }, own, { device: 'wasm', ...options }).attempts[0]?.workers;
    expect(workers({ memory: undefined, touch: true })).toBe(2);
    expect(workers({ memory: undefined, touch: false })).toBe(4);
    expect(workers({ memory: undefined })).toBe(4);
    expect(workers({ memory: 8, touch: true })).toBe(4);
    expect(workers({ memory: undefined, touch: true, cores: 1 })).toBe(1);
    expect(workers({ memory: undefined, touch: true }, { workers: 3 })).toBe(3);
  });

  it('never leaves a device or dtype that the caller named', () => {
    expect(order({}, own, { device: 'webgpu' })).toEqual(['webgpu w8']);
    expect(
      order({ webgpu: 'software', webgpuReason: 'computes on the CPU' }, own, { device: 'webgpu' }),
    ).toEqual(['webgpu w8']);
    expect(order({}, own, { dtype: 'q8' })).toEqual(['wasm q8']);
    expect(order({}, hub, { device: 'webgpu', dtype: 'fp32' })).toEqual(['webgpu fp32']);
  });

  it('refuses what cannot be had, with the reason', () => {
    expect(() =>
      order({ webgpu: 'none', webgpuReason: 'no WebGPU adapter' }, own, { device: 'webgpu' }),
    ).toThrow(/no WebGPU adapter/);
    expect(() => order({}, hub, { device: 'webgpu', dtype: 'fp16' })).toThrow(/shader-f16/);
    expect(() => order({}, own, { device: 'webgpu', dtype: 'q8' })).toThrow(/no weights for webgpu in q8/);
    expect(() => order({}, own, { threads: 4 })).toThrow(/cross-origin isolated/);
  });

  it('chooses the smaller WebGPU build where WebAssembly can suspend', () => {
    expect(plan(page, own, {}).attempts[0]?.runtime).toBe('jspi');
    expect(plan({ ...page, jspi: false }, own, {}).attempts[0]?.runtime).toBe('webgpu');
    expect(plan(page, own, { device: 'wasm' }).attempts[0]?.runtime).toBe('wasm');
  });

  it('uses threads on isolated pages and a small pool elsewhere', () => {
    const first = (capabilities: Partial<Capabilities>, options: PlanOptions = {}) => {
      const [attempt] = plan({ ...page, ...capabilities }, own, { device: 'wasm', ...options }).attempts;
      return { threads: attempt?.threads, workers: attempt?.workers };
    };
    expect(first({ isolated: true })).toEqual({ threads: 8, workers: 1 });
    expect(first({ isolated: true }, { workers: 2 })).toEqual({ threads: 4, workers: 2 });
    expect(first({})).toEqual({ threads: 1, workers: 4 });
    expect(first({ memory: 2 })).toEqual({ threads: 1, workers: 1 });
    expect(first({ cores: 2 })).toEqual({ threads: 1, workers: 2 });
    expect(first({ cores: 1, memory: undefined })).toEqual({ threads: 1, workers: 1 });
    expect(first({}, { workers: 3 })).toEqual({ threads: 1, workers: 3 });
  });
});
