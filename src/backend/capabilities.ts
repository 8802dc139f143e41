/** What this page can run on; found out before the first byte is fetched. */
export interface Capabilities {
  /** `adapter`: a GPU; `software`: an adapter that computes on the CPU; else none, and `webgpuReason` says why. */
  webgpu: 'adapter' | 'software' | 'none';
  /** Why WebGPU is not used by itself. */
  webgpuReason: string | undefined;
  /** The adapter computes in 16-bit floats. */
  shaderF16: boolean;
  /** `WebAssembly.Suspending` exists: the smaller WebGPU build of the runtime runs. */
  jspi: boolean;
  /** Threads may share memory. */
  isolated: boolean;
  /** Logical cores. */
  cores: number;
  /** Memory in GiB as the browser admits it (at most 8), where it does. */
  memory: number | undefined;
}

/** Asks the browser. Never rejects: what cannot be asked is not there. */
export async function probe(): Promise<Capabilities> {
  // `navigator` is missing in old Node, `gpu` and `deviceMemory` in many browsers.
  const { navigator } = globalThis as { navigator?: Partial<Navigator> & { deviceMemory?: number } };
  return {
    ...(await probeWebgpu(navigator?.gpu)),
    jspi: 'Suspending' in WebAssembly,
    isolated: (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated ?? false,
    cores: navigator?.hardwareConcurrency ?? 1,
    memory: navigator?.deviceMemory,
  };
}

async function probeWebgpu(
  gpu: GPU | undefined,
): Promise<Pick<Capabilities, 'webgpu' | 'webgpuReason' | 'shaderF16'>> {
  const none = (webgpuReason: string) => ({ webgpu: 'none' as const, webgpuReason, shaderF16: false });
  if (!gpu) return none('this browser has no WebGPU (navigator.gpu is missing)');
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (error) {
    return none(`requesting a WebGPU adapter failed: ${String(error)}`);
  }
  if (!adapter) return none('no WebGPU adapter (no suitable GPU, or the browser blocks it)');
  const software =
    adapter.info.isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(describe(adapter.info));
  return {
    webgpu: software ? 'software' : 'adapter',
    webgpuReason: software ? 'the WebGPU adapter computes on the CPU, where WASM is faster' : undefined,
    shaderF16: adapter.features.has('shader-f16'),
  };
}

function describe({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  return [vendor, architecture, device, description].join(' ');
}
