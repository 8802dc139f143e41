import { RerankError } from '../errors.js';
import { protobufFields } from './protobuf.js';

/** Field numbers of onnx.proto that lead to tensors: model ▶ graph ▶ initializers, nodes ▶ attributes ▶ tensors and inner graphs. */
const MODEL_GRAPH = 7;
const GRAPH = { node: 1, initializer: 5, sparseInitializer: 15 } as const;
const NODE_ATTRIBUTE = 5;
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11 } as const;
const SPARSE = { values: 1, indices: 2 } as const;
const TENSOR = { externalData: 13, dataLocation: 14 } as const;
const ENTRY = { key: 1, value: 2 } as const;
const EXTERNAL = 1;

/** A file beside a graph that holds weights of it. */
export interface ExternalPart {
  /** Path from the graph's own folder, as the graph names it, without a leading `./`. */
  location: string;
  /** The graph reads up to here, in bytes. */
  end: number;
}

/**
 * Finds the files in which an ONNX graph keeps weights outside itself.
 * @param graph - bytes of the ONNX file; what is none gives no parts, and the runtime refuses it
 * @param name - the file's name, for messages
 * @throws RerankError `invalid-data` for a location outside the graph's folder
 */
export function externalParts(graph: Uint8Array, name: string): ExternalPart[] {
  const ends = new Map<string, number>();
  try {
    for (const { tag, bytes } of protobufFields(graph)) if (tag === MODEL_GRAPH) visitGraph(bytes, ends);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [];
  }
  return [...ends].map(([location, end]) => ({ location: checkLocation(location, name), end }));
}

function visitGraph(graph: Uint8Array, ends: Map<string, number>): void {
  for (const { tag, bytes } of protobufFields(graph)) {
    if (tag === GRAPH.initializer) visitTensor(bytes, ends);
    else if (tag === GRAPH.sparseInitializer) visitSparse(bytes, ends);
    else if (tag === GRAPH.node) {
      for (const field of protobufFields(bytes))
        if (field.tag === NODE_ATTRIBUTE) visitAttribute(field.bytes, ends);
    }
  }
}

function visitAttribute(attribute: Uint8Array, ends: Map<string, number>): void {
  for (const { tag, bytes } of protobufFields(attribute)) {
    if (tag === ATTRIBUTE.tensor || tag === ATTRIBUTE.tensors) visitTensor(bytes, ends);
    else if (tag === ATTRIBUTE.graph || tag === ATTRIBUTE.graphs) visitGraph(bytes, ends);
  }
}

function visitSparse(tensor: Uint8Array, ends: Map<string, number>): void {
  for (const { tag, bytes } of protobufFields(tensor))
    if (tag === SPARSE.values || tag === SPARSE.indices) visitTensor(bytes, ends);
}

function visitTensor(tensor: Uint8Array, ends: Map<string, number>): void {
  const entries = new Map<string, string>();
  let external = false;
  for (const { tag, bytes, value } of protobufFields(tensor)) {
    if (tag === TENSOR.dataLocation) external = value === EXTERNAL;
    else if (tag === TENSOR.externalData) entries.set(...readEntry(bytes));
  }
  if (!external) return;
  const location = (entries.get('location') ?? '').replace(/^\.\//, '');
  const end = Number(entries.get('offset') ?? 0) + Number(entries.get('length') ?? 0);
  ends.set(location, Math.max(ends.get(location) ?? 0, end));
}

function readEntry(entry: Uint8Array): [key: string, value: string] {
  const decoder = new TextDecoder();
  const texts: Record<number, string> = {};
  for (const { tag, bytes } of protobufFields(entry)) texts[tag] = decoder.decode(bytes);
  return [texts[ENTRY.key] ?? '', texts[ENTRY.value] ?? ''];
}

/** A graph comes from anywhere: it may name files of its own folder, and nothing else. */
function checkLocation(location: string, name: string): string {
  const inside = location.split('/').every((part) => /^[^\\:?#%\0]+$/.test(part) && !/^\.\.?$/.test(part));
  if (inside) return location;
  throw new RerankError(
    'invalid-data',
    `${name} keeps weights in ${JSON.stringify(location)}; expected the name of a file in its own folder.`,
  );
}
