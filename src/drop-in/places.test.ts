import { describe, expect, it } from 'vitest';
import { placesOf } from './places.js';
import type { Release } from './release.js';

const hashes = (kind: string) => ({ wasm: `${kind} wasm`, webgpu: `${kind} webgpu`, jspi: `${kind} jspi` });
const release: Release = {
  version: '1.2.3',
  runtimeVersion: '4.5.6',
  workers: hashes('worker'),
  runtimes: hashes('runtime'),
  models: { 'some-model': { package: 'browser-reranker-some', manifest: 'manifest' } },
};

describe('placesOf', () => {
  it.each([
    [
      'https://cdn.jsdelivr.net/npm/browser-reranker@1.2.3/dist-script/browser-reranker.js',
      'https://cdn.jsdelivr.net/npm/',
    ],
    [
      'https://cdn.jsdelivr.net/npm/browser-reranker@1/dist-script/browser-reranker.js?x#y',
      'https://cdn.jsdelivr.net/npm/',
    ],
    ['https://unpkg.com/browser-reranker@latest/dist-script/browser-reranker.js', 'https://unpkg.com/'],
    [
      'https://example.org/mirror/npm/browser-reranker@1.2.3/dist-script/browser-reranker.js',
      'https://example.org/mirror/npm/',
    ],
  ])('takes the packages beside the script, at the versions of its build: %s', (script, packages) => {
    const { worker, runtime, model } = placesOf(script, release);
    expect(worker('wasm')).toEqual({
      url: `${packages}browser-reranker@1.2.3/dist-script/worker-wasm.js`,
      sha256: 'worker wasm',
    });
    expect(runtime('jspi')).toEqual({
      url: `${packages}onnxruntime-web@4.5.6/dist/ort-wasm-simd-threaded.jspi.wasm`,
      sha256: 'runtime jspi',
    });
    expect(model('some-model')).toEqual({
      url: `${packages}browser-reranker-some@1.2.3/`,
      manifestSha256: 'manifest',
    });
  });

  it.each([
    'https://example.org/search/browser-reranker.js',
    'https://example.org/node_modules/browser-reranker/dist-script/browser-reranker.js',
    'file:///site/browser-reranker.js',
  ])('takes what lies in the folder of any other script: %s', (script) => {
    const folder = script.slice(0, script.lastIndexOf('/') + 1);
    const { worker, runtime, model } = placesOf(script, release);
    expect(worker('webgpu')).toEqual({ url: `${folder}worker-webgpu.js`, sha256: 'worker webgpu' });
    expect(runtime('webgpu')).toEqual({ url: `${folder}runtime/ort-wasm-simd-threaded.asyncify.wasm` });
    expect(model('some-model')).toEqual({ url: `${folder}models/some-model/` });
  });
});
