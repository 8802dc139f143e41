import { readFileSync } from 'node:fs';
import onnxProto, { type onnx as Onnx } from 'onnx-proto';

const { onnx } = onnxProto;
type Node = Onnx.INodeProto;
type Graph = Onnx.IGraphProto;

const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;
const { INT } = onnx.AttributeProto.AttributeType;

/**
 * The same weights in a graph that Transformers.js 4 can open: its default runtime has no GatherBlockQuantized, so the
 * two embedding lookups are spelt out (gather, two values out of each byte where they have 4 bits, scale). In
 * onnxruntime-node the logits are the same bit for bit, and so is the CPU time within 2 %. Inputs become 64-bit integers,
 * which is all that Transformers.js sends.
 */
export function portableGraph(file: string): Uint8Array {
  const model = onnx.ModelProto.decode(readFileSync(file));
  const { graph } = model;
  if (!graph?.node || !graph.initializer) throw new Error(`${file} has no graph`);
  const constants = new Constants();
  const casts = widenInputs(graph);
  graph.node = [...casts, ...graph.node].flatMap((node) =>
    node.opType === 'GatherBlockQuantized' ? spellOut(node, constants) : [node],
  );
  graph.initializer.push(...constants.tensors.values());
  return onnx.ModelProto.encode(model).finish();
}

/** Numbers and shapes, each once. */
class Constants {
  readonly tensors = new Map<string, Onnx.TensorProto>();

  number(value: number): string {
    return this.#add(`portable.${value}`, FLOAT, [], new Float32Array([value]));
  }

  integers(...values: bigint[]): string {
    const name = `portable.${values.join('x')}.integers`;
    return this.#add(name, INT64, [values.length], new BigInt64Array(values));
  }

  #add(name: string, dataType: number, dims: number[], values: Float32Array | BigInt64Array): string {
    const rawData = new Uint8Array(values.buffer);
    this.tensors.set(name, onnx.TensorProto.create({ name, dataType, dims, rawData }));
    return name;
  }
}

/** Makes 32-bit inputs 64 bits wide. @returns the casts back */
function widenInputs(graph: Graph): Node[] {
  return (graph.input ?? []).flatMap(({ name, type }): Node[] => {
    if (!name || type?.tensorType?.elemType !== INT32) return [];
    type.tensorType.elemType = INT64;
    const attribute = [{ name: 'to', i: INT32, type: INT }];
    for (const node of graph.node ?? [])
      node.input = node.input?.map((each) => (each === name ? `${name}.int32` : each)) ?? null;
    return [onnx.NodeProto.create({ opType: 'Cast', input: [name], output: [`${name}.int32`], attribute })];
  });
}

/** A lookup of rows stored in blocks of 8 or 4 bits, around the middle, with a scale a block. */
function spellOut(node: Node, constants: Constants): Node[] {
  const [data = '', indices = '', scales = ''] = node.input ?? [];
  const [output = ''] = node.output ?? [];
  const setting = (name: string) => Number(node.attribute?.find((each) => each.name === name)?.i);
  const [bits, block] = [setting('bits'), setting('block_size')];
  const steps: Node[] = [];
  const step = (opType: string, input: string[], attribute: Onnx.IAttributeProto[] = [], last = false) => {
    const name = last ? output : `${output}.${steps.length}`;
    steps.push(onnx.NodeProto.create({ opType, input, output: [name], name: `${name}_node`, attribute }));
    return name;
  };
  const integer = (name: string, i: number): Onnx.IAttributeProto[] => [{ name, i, type: INT }];
  const column = constants.integers(3n);

  let values = step('Cast', [step('Gather', [data, indices])], integer('to', FLOAT));
  if (bits === 4) {
    // The first of two values is in the lower half of their byte.
    const upper = step('Floor', [step('Div', [values, constants.number(16)])]);
    const lower = step('Sub', [values, step('Mul', [upper, constants.number(16)])]);
    const halves = [lower, upper].map((half) => step('Unsqueeze', [half, column]));
    values = step('Concat', halves, integer('axis', 3));
  }
  const signed = step('Sub', [values, constants.number(2 ** (bits - 1))]);
  const blocks = step('Reshape', [signed, constants.integers(0n, 0n, -1n, BigInt(block))]);
  const columns = step('Unsqueeze', [step('Gather', [scales, indices]), column]);
  step('Reshape', [step('Mul', [blocks, columns]), constants.integers(0n, 0n, -1n)], [], true);
  return steps;
}
