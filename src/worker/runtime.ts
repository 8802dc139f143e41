import { RerankError } from '../errors.js';
import type { PrepareRequest } from '../protocol.js';
import type { OrtRuntime } from './session.js';

/**
 * An ONNX graph of one node (`y = Identity(x)`, opset 13), in base64. onnxruntime-web starts its runtime with the first
 * session, and has no call of its own for it.
 */
const SMALLEST_GRAPH =
  'CAg6NwoQCgF4EgF5IghJZGVudGl0eRIBZ1oPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEA0=';

/**
 * Fetches, compiles and starts the runtime, without a model.
 * @throws RerankError `backend-failed` when its file is missing or broken, or does not run here
 */
export async function prepareRuntime(ort: OrtRuntime, { threads, wasmUrl }: PrepareRequest): Promise<void> {
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  if (wasmUrl !== undefined) ort.env.wasm.wasmPaths = { wasm: wasmUrl };
  try {
    const graph = Uint8Array.from(atob(SMALLEST_GRAPH), (character) => character.charCodeAt(0));
    // The CPU's provider is in every build; a GPU is asked for with the model.
    const session = await ort.InferenceSession.create(graph, { executionProviders: ['wasm'] });
    await session.release();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RerankError('backend-failed', `onnxruntime-web could not start: ${why}`, { cause });
  }
}
