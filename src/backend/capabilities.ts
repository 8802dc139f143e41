import { inTime } from '../model/time-limit.js';
import type { RerankerOptions } from '../types.js';

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
  /** Memory in GiB as the browser admits it (at most 8), where it does: Safari and Firefox never do. */
  memory: number | undefined;
  /** Phones and tablets, by more than one touch point; absent where nobody has asked. */
  touch?: boolean | undefined;
}

/** How long a browser may think about an adapter. */
const ADAPTER_MS = 5000;

/** What is asked for, where types are not to be relied on: `info` came with Chromium 127, `isFallbackAdapter` left for it. */
type AnyAdapter = Pick<GPUAdapter, 'features'> & { info?: GPUAdapterInfo; isFallbackAdapter?: boolean };
type AnyNavigator = Partial<
  Pick<Navigator, 'gpu' | 'hardwareConcurrency' | 'maxTouchPoints' | 'userAgent'>
> & {
  deviceMemory?: number;
};

type Webgpu = Pick<Capabilities, 'webgpu' | 'webgpuReason' | 'shaderF16'>;

const none = (webgpuReason: string): Webgpu => ({ webgpu: 'none', webgpuReason, shaderF16: false });

/**
 * Asks the browser. Never rejects, and never waits long: what cannot be asked is not there.
 *
 * @param device - the caller's wish: for WASM no adapter is asked for
 */
export async function probe(device: RerankerOptions['device'] = 'auto'): Promise<Capabilities> {
  // `navigator` is missing in old Node, much of it in workers and in many browsers.
  const { navigator = {} } = globalThis as { navigator?: AnyNavigator };
  return {
    ...(device === 'wasm' ? none('not asked for') : await probeWebgpu(navigator)),
    jspi: 'Suspending' in WebAssembly,
    isolated: (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated ?? false,
    cores: navigator.hardwareConcurrency ?? 1,
    memory: navigator.deviceMemory,
    touch: isTouch(navigator),
  };
}

async function probeWebgpu(navigator: AnyNavigator): Promise<Webgpu> {
  if (!navigator.gpu) return none('this browser has no WebGPU (navigator.gpu is missing)');
  try {
    const asked = navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
    const late = () => new Error(`no answer in ${ADAPTER_MS} ms`);
    const adapter: AnyAdapter | null = await inTime(asked, ADAPTER_MS, late);
    if (!adapter) return none('no WebGPU adapter (no suitable GPU, or the browser blocks it)');
    const software = isSoftware(adapter);
    return {
      webgpu: software ? 'software' : 'adapter',
      webgpuReason: software
        ? 'the WebGPU adapter computes on the CPU, where WASM is faster'
        : crashReason(navigator),
      shaderF16: adapter.features.has('shader-f16'),
    };
  } catch (error) {
    return none(`requesting a WebGPU adapter failed: ${String(error)}`);
  }
}

function isSoftware({ info, isFallbackAdapter }: AnyAdapter): boolean {
  if (info?.isFallbackAdapter ?? isFallbackAdapter ?? false) return true;
  const names = [info?.vendor, info?.architecture, info?.device, info?.description];
  return /swiftshader|llvmpipe|software/i.test(names.join(' '));
}

/** Why WebGPU is left alone although it is there; it serves where it is asked for by name. */
function crashReason(navigator: AnyNavigator): string | undefined {
  const { userAgent = '' } = navigator;
  // An iPad calls itself a Macintosh, and no Macintosh has touch points.
  const isIos = /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && isTouch(navigator));
  const version = Number(/Version\/(\d+)/.exec(userAgent)?.[1] ?? 26); // iOS has WebGPU from 26 on
  return isIos && version === 26
    ? 'pages crash with WebGPU on iOS 26 (onnxruntime issues 26827 and 27584)'
    : undefined;
}

const isTouch = ({ maxTouchPoints = 0 }: AnyNavigator): boolean => maxTouchPoints > 1;
