import type * as Ort from 'onnxruntime-web';
import { RerankError } from '../errors.js';
import type { OpenRequest } from '../protocol.js';
import type { EncodedPair } from './tokenizer.js';

/** A build of onnxruntime-web; all have the same interface. */
export type OrtRuntime = typeof Ort;

/** A model that is open on a backend. One `run` at a time: the runtime refuses a second. */
export interface ModelSession {
  /** Threads the runtime was told to use. */
  readonly threads: number;
  /** Runs one batch, padded to its longest row. @returns one logit a row. @throws RerankError `run-failed`, `device-lost` */
  run(rows: readonly EncodedPair[]): Promise<ArrayLike<number>>;
}

/** What the session needs of {@link OpenRequest}. */
export type SessionRequest = Pick<OpenRequest, 'device' | 'threads' | 'weights' | 'optimize' | 'padId'>;

/**
 * Opens the graph.
 * @param ort - the build of onnxruntime-web that this worker was made of, prepared
 * @throws RerankError `backend-failed` when the runtime refuses the graph, `unsupported-model` for unknown inputs or outputs
 */
export async function openSession(ort: OrtRuntime, request: SessionRequest): Promise<ModelSession> {
  const { device, threads } = request;

  let session: Ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(request.weights, {
      executionProviders: [device],
      graphOptimizationLevel: request.optimize ? 'all' : 'disabled',
    });
  } catch (cause) {
    throw new RerankError(
      'backend-failed',
      `onnxruntime-web could not open the model on ${device}: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
  const output = session.outputNames[0];
  checkInputs(session);
  if (output === undefined)
    throw new RerankError('unsupported-model', 'The graph has no output; expected one logit a pair.');

  const lost = device === 'webgpu' ? watchDevice(await ort.env.webgpu.device) : undefined;
  return {
    threads,
    async run(rows) {
      const feeds = buildFeeds(ort, session, rows, request.padId, device === 'webgpu' ? GPU_MULTIPLE : 1);
      let logits: Ort.Tensor;
      try {
        const results = await Promise.race([session.run(feeds), ...(lost ? [lost.failed] : [])]);
        const tensor = results[output];
        if (!tensor) throw new Error(`output ${output} is missing`);
        logits = tensor;
      } catch (cause) {
        if (cause instanceof RerankError) throw cause;
        throw (
          lost?.error() ??
          new RerankError('run-failed', `onnxruntime-web failed on ${device}: ${messageOf(cause)}`, { cause })
        );
      }
      const lostError = lost?.error();
      if (lostError) throw lostError;
      return readLogits(logits, rows.length);
    },
  };
}

const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'];

function checkInputs(session: Ort.InferenceSession): void {
  const unknown = session.inputNames.filter((name) => !INPUTS.includes(name));
  if (unknown.length > 0 || !session.inputNames.includes('input_ids')) {
    throw new RerankError(
      'unsupported-model',
      `The graph asks for ${session.inputNames.join(', ')}; expected input_ids and at most ${INPUTS.slice(1).join(', ')}.`,
    );
  }
}

/**
 * Lengths on WebGPU are multiples of this: the runtime compiles shaders for lengths that 4, only 2 or nothing divides, and
 * for those that 4 divides all were compiled by the self-check.
 */
const GPU_MULTIPLE = 4;

/** The batch as tensors of the graph's own integer type, padded on the right to a multiple of `multiple`. */
function buildFeeds(
  ort: OrtRuntime,
  session: Ort.InferenceSession,
  rows: readonly EncodedPair[],
  padId: number,
  multiple: number,
): Record<string, Ort.Tensor> {
  const longest = Math.max(...rows.map((row) => row.ids.length));
  const length = Math.ceil(longest / multiple) * multiple;
  const feeds: Record<string, Ort.Tensor> = {};
  session.inputNames.forEach((name, position) => {
    const metadata = session.inputMetadata[position];
    const wide = !(metadata?.isTensor && metadata.type === 'int32');
    const data = wide ? new BigInt64Array(rows.length * length) : new Int32Array(rows.length * length);
    const convert = wide ? BigInt : Number;
    if (name === 'input_ids' && padId !== 0) (data as { fill(value: unknown): unknown }).fill(convert(padId));
    rows.forEach((row, index) => {
      for (let token = 0; token < row.ids.length; token++) {
        const value =
          name === 'input_ids' ? row.ids[token] : name === 'attention_mask' ? 1 : row.typeIds[token];
        data[index * length + token] = convert(value ?? 0);
      }
    });
    feeds[name] = new ort.Tensor(wide ? 'int64' : 'int32', data, [rows.length, length]);
  });
  return feeds;
}

/** One logit a row, or the model is not one that ranks. */
function readLogits(tensor: Ort.Tensor, rows: number): ArrayLike<number> {
  const { data } = tensor;
  if (tensor.size !== rows || !(data instanceof Float32Array)) {
    throw new RerankError(
      'unsupported-model',
      `The graph gave ${tensor.type} [${tensor.dims.join(', ')}] for ${rows} pairs; expected float32 [${rows}, 1], one logit a pair.`,
    );
  }
  return data;
}

/** Turns the loss of a GPU into an error, also where the runtime's own promise would never settle. */
function watchDevice(device: GPUDevice): { failed: Promise<never>; error(): RerankError | undefined } {
  let error: RerankError | undefined;
  const failed = device.lost.then((info): never => {
    error = new RerankError('device-lost', `The GPU was lost: ${info.message || info.reason}`);
    throw error;
  });
  failed.catch(() => undefined); // Nobody may be running when it happens; `run` reports it.
  return { failed, error: () => error };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
