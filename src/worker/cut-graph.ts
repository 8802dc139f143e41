import { PbfReader, PbfWriter } from 'pbf';
import { RerankError } from '../errors.js';

/** Field numbers of onnx.proto that are read or written here; every other field is copied unseen. */
const MODEL_GRAPH = 7;
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, output: 2, attribute: 5 } as const;
const ATTRIBUTE = { graph: 6, graphs: 11 } as const;
const TENSOR_NAME = 8;
const VALUE = { name: 1, type: 2 } as const;
const TYPE_TENSOR = 1;
const TENSOR_TYPE = { element: 1, shape: 2 } as const;
const SHAPE_DIMENSION = 1;
const DIMENSION_NAME = 2;
const FLOAT = 1;

/** A node of the graph and the bytes that it is written in. */
interface Node {
  inputs: string[];
  outputs: string[];
  hasSubgraph: boolean;
  bytes: Uint8Array;
}

/**
 * An ONNX file that can be cut into smaller models, so that one download serves whole and in stages. Weights are copied
 * as bytes and never decoded; only the names that join nodes are read.
 */
export class CuttableGraph {
  /** The model's fields but for its graph: versions, operator sets, metadata. */
  readonly #header: Uint8Array[] = [];
  #name: Uint8Array = new Uint8Array();
  /** In the file's order, which is one that a graph can be run in. */
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<string, Uint8Array>();
  readonly #inputs = new Map<string, Uint8Array>();
  readonly #outputs = new Map<string, Uint8Array>();

  /**
   * @param file - the bytes of the ONNX file; kept, not copied
   * @throws RerankError `invalid-data` where this is no ONNX model
   */
  constructor(file: Uint8Array) {
    try {
      this.#readModel(new PbfReader(file));
    } catch (cause) {
      throw new RerankError('invalid-data', `The model file is not ONNX: ${String(cause)}.`, { cause });
    }
    if (this.#nodes.length === 0) {
      throw new RerankError('invalid-data', 'The model file is not ONNX: it has no graph.');
    }
  }

  /** Names of what the whole graph computes. */
  get outputNames(): string[] {
    return [...this.#outputs.keys()];
  }

  /**
   * The part of the graph that computes `output` from `inputs`, as a model of its own.
   *
   * @param inputs - tensors that are given: inputs of the graph, or inner tensors, which become float32 inputs
   *   [batch, length, hidden]. Those that the part does not need are left out.
   * @param output - the tensor that is wanted, float32
   * @returns the bytes of the ONNX file
   * @throws RerankError `invalid-data` for a tensor that is not there or that `inputs` do not suffice for,
   *   `unsupported-model` for operators with graphs inside (If, Loop)
   */
  cut(inputs: readonly string[], output: string): Uint8Array {
    const part = this.#reach(new Set(inputs), output);
    const graph = new PbfWriter();
    graph.writeBytesField(GRAPH.name, this.#name);
    for (const node of this.#nodes) if (part.nodes.has(node)) graph.writeBytesField(GRAPH.node, node.bytes);
    for (const [name, bytes] of this.#initializers) {
      if (part.initializers.has(name)) graph.writeBytesField(GRAPH.initializer, bytes);
    }
    for (const name of inputs) {
      if (part.inputs.has(name)) {
        graph.writeBytesField(
          GRAPH.input,
          this.#inputs.get(name) ?? floatValue(name, ['batch', 'length', 'hidden']),
        );
      }
    }
    graph.writeBytesField(GRAPH.output, this.#outputs.get(output) ?? floatValue(output));
    const field = new PbfWriter();
    field.writeBytesField(MODEL_GRAPH, graph.finish());
    return concat([...this.#header, field.finish()]); // fields may follow one another in any order
  }

  /** Walks from the output back to what is given. */
  #reach(given: ReadonlySet<string>, output: string) {
    const producers = new Map(
      this.#nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)),
    );
    const part = { nodes: new Set<Node>(), initializers: new Set<string>(), inputs: new Set<string>() };
    const open = [output];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const producer = producers.get(name);
      if (given.has(name)) part.inputs.add(name);
      else if (this.#initializers.has(name)) part.initializers.add(name);
      else if (!producer) throw this.#missing(name, output, given);
      else if (!part.nodes.has(producer)) {
        if (producer.hasSubgraph) throw hasSubgraph(name);
        part.nodes.add(producer);
        open.push(...producer.inputs.filter((input) => input !== '')); // '' stands for an input left out
      }
    }
    const unknown = [...given].filter((name) => !this.#inputs.has(name) && !producers.has(name));
    if (unknown.length > 0) throw this.#missing(unknown.join(', '), output, given);
    return part;
  }

  #missing(name: string, output: string, given: ReadonlySet<string>): RerankError {
    const why = this.#inputs.has(name)
      ? `needs the input ${name}, which is not among the tensors it is to be computed from (${[...given].join(', ')})`
      : `cannot be cut: there is no tensor ${name}`;
    return new RerankError(
      'invalid-data',
      `The graph's ${output} ${why}. "stages" in reranker.json and the ONNX file must come from the same export.`,
    );
  }

  #readModel(pbf: PbfReader): void {
    for (let start = 0, tag = pbf.nextField(); tag !== 0; start = pbf.pos, tag = pbf.nextField()) {
      if (tag === MODEL_GRAPH) {
        this.#readGraph(new PbfReader(pbf.readBytes()));
      } else {
        pbf.skip(pbf.type);
        this.#header.push(pbf.buf.subarray(start, pbf.pos));
      }
    }
    if (pbf.pos !== pbf.length) throw new Error('it ends too early');
  }

  #readGraph(pbf: PbfReader): void {
    for (let tag = pbf.nextField(); tag !== 0; tag = pbf.nextField()) {
      if (tag === GRAPH.node) this.#nodes.push(readNode(pbf.readBytes()));
      else if (tag === GRAPH.name) this.#name = pbf.readBytes();
      else if (tag === GRAPH.initializer) keepByName(this.#initializers, pbf.readBytes(), TENSOR_NAME);
      else if (tag === GRAPH.input) keepByName(this.#inputs, pbf.readBytes(), VALUE.name);
      else if (tag === GRAPH.output) keepByName(this.#outputs, pbf.readBytes(), VALUE.name);
    }
  }
}

function readNode(bytes: Uint8Array): Node {
  const node: Node = { inputs: [], outputs: [], hasSubgraph: false, bytes };
  return new PbfReader(bytes).readFields((tag, _, pbf) => {
    if (tag === NODE.input) node.inputs.push(pbf.readString());
    else if (tag === NODE.output) node.outputs.push(pbf.readString());
    else if (tag === NODE.attribute) node.hasSubgraph ||= holdsGraph(pbf.readBytes());
  }, node);
}

function holdsGraph(attribute: Uint8Array): boolean {
  const pbf = new PbfReader(attribute);
  for (let tag = pbf.nextField(); tag !== 0; tag = pbf.nextField()) {
    if (tag === ATTRIBUTE.graph || tag === ATTRIBUTE.graphs) return true;
  }
  return false;
}

/** Files a message under the name that one of its fields holds. */
function keepByName(messages: Map<string, Uint8Array>, bytes: Uint8Array, nameTag: number): void {
  const pbf = new PbfReader(bytes);
  for (let tag = pbf.nextField(); tag !== 0; tag = pbf.nextField()) {
    if (tag === nameTag) messages.set(pbf.readString(), bytes);
  }
}

/** A ValueInfoProto: a float32 tensor; without names for its dimensions the runtime finds its shape out. */
function floatValue(name: string, dimensions: readonly string[] = []): Uint8Array {
  const value = new PbfWriter();
  value.writeStringField(VALUE.name, name);
  value.writeMessage(
    VALUE.type,
    (_, type) =>
      type.writeMessage(
        TYPE_TENSOR,
        (_, tensor) => {
          tensor.writeVarintField(TENSOR_TYPE.element, FLOAT);
          if (dimensions.length > 0) tensor.writeMessage(TENSOR_TYPE.shape, writeShape, dimensions);
        },
        undefined,
      ),
    undefined,
  );
  return value.finish();
}

function writeShape(dimensions: readonly string[], pbf: PbfWriter): void {
  for (const name of dimensions) {
    pbf.writeMessage(
      SHAPE_DIMENSION,
      (_, dimension) => dimension.writeStringField(DIMENSION_NAME, name),
      undefined,
    );
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

function hasSubgraph(name: string): RerankError {
  return new RerankError(
    'unsupported-model',
    `The graph cannot be cut: ${name} is computed by an operator with a graph inside (If, Loop or Scan).`,
  );
}
