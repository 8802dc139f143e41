import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RerankError } from '../errors.js';
import { externalParts } from '../model/external-data.js';
import { fixture } from '../testing/fixtures.js';
import { fuzz } from '../testing/fuzz.js';
import { CuttableGraph } from './cut-graph.js';

// Broken graphs: cut into parts, walked for the files that they name, or refused by a RerankError, and never for long.

const original = readFileSync(new URL('onnx/model_quantized.onnx', fixture('tiny-staged/')));
const NAMES = ['input_ids', 'attention_mask', 'token_type_ids'];

/** The file with one to four changes: bytes flipped, cut out, repeated or set to a length that is not there; or its beginning only. */
function broken(random: () => number): Uint8Array {
  const at = (length: number) => Math.floor(random() * length);
  let bytes = new Uint8Array(original);
  // The structure stands where the weights are not: near the beginning and the end.
  const place = () => (random() < 0.5 ? at(2_000) : bytes.length - 1 - at(Math.min(20_000, bytes.length)));
  for (let left = 1 + at(4); left > 0; left--) {
    const from = Math.max(0, place());
    const kind = random();
    if (kind < 0.4) bytes[from] = at(256);
    else if (kind < 0.6) bytes.set([0xff, 0xff, 0xff, 0xff, 0x0f].slice(0, bytes.length - from), from);
    else if (kind < 0.8) bytes = joined(bytes.subarray(0, from), bytes.subarray(from + 1 + at(8)));
    else bytes = joined(bytes.subarray(0, from + 5), bytes.subarray(from));
  }
  return random() < 0.1 ? bytes.subarray(0, at(bytes.length)) : bytes;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

it('broken graphs are cut or refused', () => {
  const { times, random } = fuzz(600, 20_261_126);
  const wrong: string[] = [];
  let refused = 0;
  for (let count = 0; count < times; count++) {
    const bytes = broken(random);
    const start = performance.now();
    try {
      const graph = new CuttableGraph(bytes);
      expect(graph.cut(NAMES, 'states_1').length).toBeLessThan(bytes.length * 2);
      expect(externalParts(bytes, 'graph').every(({ end }) => end >= 0)).toBe(true);
    } catch (error) {
      refused++;
      if (!(error instanceof RerankError)) wrong.push(`${count}: ${(error as Error).stack}`);
    }
    if (performance.now() - start > 2_000) wrong.push(`${count}: took ${performance.now() - start} ms`);
  }
  expect(wrong).toEqual([]);
  expect(refused).toBeGreaterThan(times / 20);
});
