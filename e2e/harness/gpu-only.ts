import * as ort from 'onnxruntime-web/jspi';

/**
 * Opens a graph on WebGPU with the CPU forbidden to take any node (onnxruntime's own `session.disable_cpu_ep_fallback`).
 * @returns the runtime's refusal, or undefined where every node is on the GPU
 */
export async function refusalWithoutCpu(url: string): Promise<string | undefined> {
  try {
    const session = await ort.InferenceSession.create(url, {
      executionProviders: [{ name: 'webgpu' }],
      extra: { session: { disable_cpu_ep_fallback: '1' } },
    });
    await session.release();
    return undefined;
  } catch (error) {
    return String(error);
  }
}
