import type { Fault } from './fault.js';

const gpuThat = (body: string) =>
  `Object.defineProperty(navigator, 'gpu', { value: { requestAdapter: async () => { ${body} } }, configurable: true });`;
const AUTO = { device: 'auto', model: '/tiny/tiny-staged/' } as const;

/** A GPU that is missing, broken or silent: WASM serves, unless the GPU was forced. */
export const GPU: Fault[] = [
  {
    fault: 'no WebGPU',
    init: "Object.defineProperty(navigator, 'gpu', { value: undefined });",
    options: AUTO,
    saw: 'ranked',
  },
  { fault: 'no adapter', init: gpuThat('return null;'), options: AUTO, saw: 'ranked' },
  {
    fault: 'asking for an adapter fails',
    init: gpuThat("throw new Error('driver');"),
    options: AUTO,
    saw: 'ranked',
  },
  {
    fault: 'asking for an adapter never ends',
    init: gpuThat('return new Promise(() => undefined);'),
    options: AUTO,
    saw: 'ranked',
  },
  {
    fault: 'an adapter without info (Chromium before 127)',
    init: gpuThat('return { features: new Set(), limits: {} };'),
    options: AUTO,
    saw: 'ranked',
  },
  {
    fault: 'an adapter that gives no device',
    init: gpuThat(
      "return { info: { isFallbackAdapter: false }, features: new Set(), limits: {}, requestDevice: async () => { throw new Error('no device'); } };",
    ),
    options: AUTO,
    saw: 'ranked',
    within: 30_000,
  },
  {
    fault: 'WebGPU forced, none there',
    init: gpuThat('return null;'),
    options: { device: 'webgpu' },
    saw: 'unsupported-environment',
    recovers: false,
  },
];
