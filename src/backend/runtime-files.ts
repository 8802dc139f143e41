import type { Runtime } from '../types.js';

/** The `.wasm` file of each runtime, as onnxruntime-web names it. */
export const WASM_FILES: Readonly<Record<Runtime, string>> = {
  wasm: 'ort-wasm-simd-threaded.wasm',
  webgpu: 'ort-wasm-simd-threaded.asyncify.wasm',
  jspi: 'ort-wasm-simd-threaded.jspi.wasm',
};
