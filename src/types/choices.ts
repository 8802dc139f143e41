/** onnxruntime-web's builds: WASM only; native WebGPU with asyncify; native WebGPU on `WebAssembly.Suspending`. */
export type Runtime = 'wasm' | 'webgpu' | 'jspi';

/** Where the model runs. */
export type Device = 'webgpu' | 'wasm';

/**
 * How the weights are stored: `fp32` and `fp16` plain; `q8` int8 weights and activations (WASM only); `w8` weights of 8 bits with
 * fp32 activations (MatMulNBits); `q4` and `q4f16` weights of 4 bits with fp32 or fp16 activations.
 */
export type Dtype = 'fp32' | 'fp16' | 'q8' | 'w8' | 'q4' | 'q4f16';

/**
 * What becomes of a logit: `identity` leaves it as it is, `sigmoid` maps it to (0, 1), `tanh` to (-1, 1). The order is the
 * same with each.
 */
export type Activation = 'identity' | 'sigmoid' | 'tanh';

/** A passage too long for the model: cut at its end, or scored window by window (the best window counts). */
export type Overflow = 'truncate' | 'window';

/** `full`: every layer for every passage. `adaptive`: the upper layers only for passages that may still be among the best. */
export type Depth = 'full' | 'adaptive';
