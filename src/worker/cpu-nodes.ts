import { protobufFields } from '../model/protobuf.js';

/** Field numbers of onnx.proto that lead to a node's name and operator. */
const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const NODE = { name: 3, operator: 4 } as const;

/**
 * Operators that onnxruntime-web 1.30 computes wrongly on WebGPU. `And` of two masks that are broadcast has shaders for three cases
 * and one key in the cache of shaders for all of them, so that the first case also serves the others (ModernBERT's windows).
 */
const WRONG_ON_GPU: readonly string[] = ['And'];

/**
 * Names of the nodes that are to stay on the CPU where a graph runs on WebGPU. A node without a name cannot be told apart; the
 * self-check stops a graph that goes wrong by it.
 * @param graph - bytes of the ONNX file; what is none gives no names, and the runtime refuses it
 */
export function nodesForCpu(graph: Uint8Array): string[] {
  const names: string[] = [];
  try {
    for (const model of protobufFields(graph)) {
      if (model.tag !== MODEL_GRAPH) continue;
      for (const { tag, bytes } of protobufFields(model.bytes)) {
        if (tag !== GRAPH_NODE) continue;
        const { name, operator } = readNode(bytes);
        if (name !== '' && WRONG_ON_GPU.includes(operator)) names.push(name);
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return names;
}

function readNode(node: Uint8Array): { name: string; operator: string } {
  const decoder = new TextDecoder();
  const read = { name: '', operator: '' };
  for (const { tag, bytes } of protobufFields(node)) {
    if (tag === NODE.name) read.name = decoder.decode(bytes);
    if (tag === NODE.operator) read.operator = decoder.decode(bytes);
  }
  return read;
}
