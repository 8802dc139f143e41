/** Where workers say that they compiled a pipeline. */
export const PIPELINES = 'bench-pipelines';

/** From now on every compute pipeline that this thread asks for is told to the page. */
export function countPipelines(): void {
  if (!('GPUDevice' in globalThis)) return;
  const channel = new BroadcastChannel(PIPELINES);
  const { prototype } = GPUDevice;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with their device below
  const { createComputePipeline, createComputePipelineAsync } = prototype;
  prototype.createComputePipeline = function (descriptor) {
    channel.postMessage(1);
    return createComputePipeline.call(this, descriptor);
  };
  prototype.createComputePipelineAsync = function (descriptor) {
    channel.postMessage(1);
    return createComputePipelineAsync.call(this, descriptor);
  };
}
