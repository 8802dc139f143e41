import { RerankError } from '../errors.js';
import type { Device } from '../types.js';
import type { Feeds, GraphSession, OrtRuntime, Tensor } from './session.js';
import type { EncodedPair } from './tokenizer.js';

/** Inputs of a cross-encoder that hold integers. */
export const INTEGER_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'];

/** The integers of a batch that the graph asks for, in its own integer type, padded on the right to {@link batchLength}. */
export function integerFeeds(
  ort: OrtRuntime,
  session: GraphSession,
  rows: readonly EncodedPair[],
  padId: number,
): Feeds {
  const length = batchLength(rows, session.device);
  const feeds: Feeds = {};
  for (const { name, type } of session.inputs) {
    if (!INTEGER_INPUTS.includes(name)) continue;
    const wide = type !== 'int32';
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
  }
  return feeds;
}

/**
 * Hidden states as a batch, padded on the right with zeros.
 * @param rows - for each row its parts, one after the other, each of tokens × `hidden` floats
 * @param length - tokens of a padded row
 */
export function joinStates(
  ort: OrtRuntime,
  rows: readonly (readonly Float32Array[])[],
  length: number,
  hidden: number,
): Tensor {
  const data = new Float32Array(rows.length * length * hidden);
  rows.forEach((parts, row) => {
    let position = row * length * hidden;
    for (const part of parts) {
      data.set(part, position);
      position += part.length;
    }
  });
  return new ort.Tensor('float32', data, [rows.length, length, hidden]);
}

/** The states of each row, padding left off, as copies that outlive the batch. @throws RerankError `unsupported-model` */
export function splitStates(tensor: Tensor, rows: readonly EncodedPair[], device: Device): Float32Array[] {
  const { data, dims } = tensor;
  const [count, length = 0, hidden = 0] = dims;
  const expected = batchLength(rows, device);
  if (!(data instanceof Float32Array) || dims.length !== 3 || count !== rows.length || length !== expected) {
    throw new RerankError(
      'unsupported-model',
      `The lower part of the graph gave ${tensor.type} [${dims.join(', ')}] for ${rows.length} rows; expected the ` +
        `states, float32 [${rows.length}, ${expected}, hidden].`,
    );
  }
  return rows.map((row, index) => {
    const start = index * length * hidden;
    return data.slice(start, start + row.ids.length * hidden);
  });
}

/**
 * Lengths on WebGPU are multiples of this: the runtime compiles shaders for lengths that 4, only 2 or nothing divides, and
 * for those that 4 divides all were compiled by the self-check.
 */
const GPU_MULTIPLE = 4;

/** Tokens that a batch is padded to: those of its longest row, on WebGPU up to the next length with shaders. */
export function batchLength(rows: readonly EncodedPair[], device: Device): number {
  const longest = Math.max(...rows.map((row) => row.ids.length));
  return device === 'webgpu' ? Math.ceil(longest / GPU_MULTIPLE) * GPU_MULTIPLE : longest;
}
