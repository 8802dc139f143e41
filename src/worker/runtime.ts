import { messageOf, RerankError } from '../errors.js';
import type { PrepareRequest } from '../protocol.js';
import { keepingRuntime } from './kept-runtime.js';
import type { OrtRuntime } from './session.js';

/**
 * An ONNX graph of one node (`y = Identity(x)`, opset 13), in base64. onnxruntime-web starts its runtime with the first
 * session, and has no call of its own for it.
 */
const SMALLEST_GRAPH =
  'CAg6NwoQCgF4EgF5IghJZGVudGl0eRIBZ1oPCgF4EgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEA0=';

const LEAVE_WHOLE =
  " Where a bundler builds the server, let it leave this package whole: serverExternalPackages: ['browser-reranker'] in " +
  "next.config, external: ['browser-reranker'] elsewhere (docs/guides/node.md).";

/**
 * Fetches, compiles and starts the runtime, without a model.
 * @throws RerankError `backend-failed` when its file is missing or broken, or does not run here
 */
export async function prepareRuntime(
  ort: OrtRuntime,
  { threads, wasmUrl, wasmBinary, keepRuntime }: PrepareRequest,
): Promise<void> {
  // In a worker nothing else fetches; in Node there is no Cache Storage, and the file is on disk.
  const keeping = keepRuntime && 'caches' in globalThis ? keepingRuntime(globalThis.fetch) : undefined;
  if (keeping) globalThis.fetch = keeping.fetch;
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = isForeign() ? 1 : threads;
  if (wasmBinary) ort.env.wasm.wasmBinary = wasmBinary;
  else if (wasmUrl !== undefined) ort.env.wasm.wasmPaths = { wasm: wasmUrl };
  try {
    const graph = Uint8Array.from(atob(SMALLEST_GRAPH), (character) => character.charCodeAt(0));
    // The CPU's provider is in every build; a GPU is asked for with the model.
    const session = await ort.InferenceSession.create(graph, { executionProviders: ['wasm'] });
    await session.release();
    delete ort.env.wasm.wasmBinary; // it is compiled
    await keeping?.written();
  } catch (cause) {
    const message = messageOf(cause);
    // Only Node says so: there a bundler left the runtime's files behind.
    const why = message.includes('ERR_MODULE_NOT_FOUND') ? LEAVE_WHOLE : whatCameOfTheFile(wasmUrl);
    throw new RerankError('backend-failed', `onnxruntime-web could not start: ${message}.${why}`, { cause });
  }
}

/** Threads start from the worker's own script. Where a page's blob imports it from another origin, no worker may start so. */
function isForeign(): boolean {
  const { location } = globalThis as { location?: Location }; // Node has none
  const { protocol, origin } = new URL(import.meta.url);
  return location?.protocol === 'blob:' && /^https?:$/.test(protocol) && origin !== location.origin;
}

/** The runtime's own message names neither the file nor the answer; the browser has noted both. */
function whatCameOfTheFile(wasmUrl: string | undefined): string {
  const entries = performance.getEntriesByType('resource') as (PerformanceEntry & {
    responseStatus?: number; // 0 or missing: the other origin or the browser does not tell
  })[];
  const file = entries.findLast(({ name }) => /\.wasm(?:\?|$)/.test(name));
  const url = file?.name ?? wasmUrl;
  if (url === undefined) return '';
  const answer = file?.responseStatus ? ` (the host answered ${file.responseStatus})` : '';
  return ` Its file is ${url}${answer}: check that it is deployed there, whole, and that no web page comes in its place.`;
}
