import type * as Ort from 'onnxruntime-web';
import { messageOf, RerankError } from '../errors.js';
import { Failure } from '../failure.js';
import type { OpenRequest } from '../protocol.js';
import { nodesForCpu } from './cpu-nodes.js';
import { rankingOutput } from './logits.js';

/** A build of onnxruntime-web; all have the same interface. */
export type OrtRuntime = typeof Ort;

/** A tensor of the runtime. */
export type Tensor = Ort.Tensor;

/** Tensors by the name of the input that they are for. */
export type Feeds = Record<string, Tensor>;

/** What the runtime needs of {@link OpenRequest}. */
export type RuntimeRequest = Pick<OpenRequest, 'device' | 'optimize' | 'externalData'>;

/** What running costs; added to by whoever runs. */
export interface RunCost {
  /** Milliseconds inside the runtime. */
  runMs: number;
}

/** A graph that is open on a backend. One `run` at a time: the runtime refuses a second. */
export interface GraphSession {
  /** Where it runs. */
  readonly device: OpenRequest['device'];
  /** Names of the inputs, each with its type where the runtime tells it. */
  readonly inputs: readonly { name: string; type: string | undefined }[];
  /** Runs the graph. @returns the output that ranks, or its only one. @throws RerankError `run-failed`, `device-lost` */
  run(feeds: Feeds, cost: RunCost): Promise<Tensor>;
  /** Frees what it holds; it cannot run any more. */
  release(): Promise<void>;
}

/**
 * Opens a graph.
 * @param ort - the build of onnxruntime-web that this worker was made of, prepared
 * @param graph - bytes of the ONNX file
 * @throws RerankError `backend-failed` when the runtime refuses the graph, `unsupported-model` when none of its
 *   outputs holds logits
 */
export async function openGraph(
  ort: OrtRuntime,
  request: RuntimeRequest,
  graph: Uint8Array,
): Promise<GraphSession> {
  const { device } = request;

  let session: Ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(graph, {
      executionProviders: [providerFor(device, graph)],
      graphOptimizationLevel: request.optimize ? 'all' : 'disabled',
      externalData: (request.externalData ?? []).map(({ location, bytes }) => ({
        path: location,
        data: bytes,
      })),
    });
  } catch (cause) {
    throw new RerankError(
      'backend-failed',
      `onnxruntime-web could not open the model on ${device}: ${messageOf(cause)}`,
      { cause },
    );
  }
  const output = rankingOutput(session.outputNames);

  const lost = device === 'webgpu' ? watchDevice(await ort.env.webgpu.device) : undefined;
  return {
    device,
    inputs: session.inputNames.map((name, position) => {
      const metadata = session.inputMetadata[position];
      return { name, type: metadata?.isTensor ? metadata.type : undefined };
    }),
    async run(feeds, cost) {
      const started = performance.now();
      let tensor: Tensor | undefined;
      try {
        const run = session.run(feeds, [output]);
        const results = await (lost ? lost.unlessFailed(run) : run);
        tensor = results[output];
        if (!tensor) throw new Error(`output ${output} is missing`);
      } catch (cause) {
        if (cause instanceof RerankError) throw cause;
        throw (
          lost?.error ??
          new RerankError('run-failed', `onnxruntime-web failed on ${device}: ${messageOf(cause)}`, { cause })
        );
      }
      if (lost?.error) throw lost.error;
      cost.runMs += performance.now() - started;
      return tensor;
    },
    release: () => session.release(),
  };
}

/** The runtime refuses an empty list of names. */
function providerFor(
  device: OpenRequest['device'],
  graph: Uint8Array,
): Ort.InferenceSession.ExecutionProviderConfig {
  const forceCpuNodeNames = device === 'webgpu' ? nodesForCpu(graph) : [];
  return forceCpuNodeNames.length > 0 ? { name: 'webgpu', forceCpuNodeNames } : device;
}

/** Turns the loss of a GPU into an error, also where the runtime's own promise would never settle. */
function watchDevice(device: GPUDevice): Failure {
  const lost = new Failure();
  void device.lost.then(({ message, reason }) =>
    lost.fail(new RerankError('device-lost', `The GPU was lost: ${message || reason}`)),
  );
  return lost;
}
