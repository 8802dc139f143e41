import type { EncodedPair } from '../src/worker/tokenizer.js';

/** Tokens in a batch of the packed contestant; what browser-reranker itself uses on WASM. */
export const PACKED_BATCH_TOKENS = 512;

/**
 * The same tokens in as many rows, all of one length, in full batches: no padding, nothing to sort. What the engine
 * itself needs; the scores mean nothing.
 */
export function packEqually(rows: readonly EncodedPair[], budget = PACKED_BATCH_TOKENS): EncodedPair[][] {
  const ids = rows.flatMap((row) => row.ids);
  const typeIds = rows.flatMap((row) => row.typeIds);
  const length = Math.max(1, Math.round(ids.length / rows.length));
  const perBatch = Math.max(1, Math.floor(budget / length));
  const packed = rows.map((_, row) => {
    const token = Math.min(row * length, ids.length - length);
    return { ids: ids.slice(token, token + length), typeIds: typeIds.slice(token, token + length) };
  });
  const batches: EncodedPair[][] = [];
  for (let row = 0; row < packed.length; row += perBatch) batches.push(packed.slice(row, row + perBatch));
  return batches;
}

/** A tensor's class, in the browser's or in Node's onnxruntime. */
export type TensorClass<T> = new (type: 'int64', data: BigInt64Array, dims: number[]) => T;

/** A batch as a BERT graph wants it: 64-bit integers, padded on the right with zeros. */
export function toFeeds<T>(Tensor: TensorClass<T>, rows: readonly EncodedPair[]): Record<string, T> {
  const length = Math.max(...rows.map((row) => row.ids.length));
  const fill = (value: (row: EncodedPair, token: number) => number) => {
    const data = new BigInt64Array(rows.length * length);
    rows.forEach((row, index) => {
      for (let token = 0; token < row.ids.length; token++)
        data[index * length + token] = BigInt(value(row, token));
    });
    return new Tensor('int64', data, [rows.length, length]);
  };
  return {
    input_ids: fill((row, token) => row.ids[token] ?? 0),
    attention_mask: fill(() => 1),
    token_type_ids: fill((row, token) => row.typeIds[token] ?? 0),
  };
}
