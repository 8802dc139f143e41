import onnxProto from 'onnx-proto';

const { ModelProto } = onnxProto.onnx;

/** A graph with a name for every node, as exporters write them; our fixtures leave them out for size. */
export function nameNodes(graph: Uint8Array): Uint8Array {
  const model = ModelProto.decode(graph);
  for (const [place, node] of (model.graph?.node ?? []).entries()) node.name = `${node.opType}_${place}`;
  return ModelProto.encode(model).finish();
}
