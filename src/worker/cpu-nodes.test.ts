import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fixture } from '../testing/fixtures.js';
import { nameNodes } from '../testing/name-nodes.js';
import { nodesForCpu } from './cpu-nodes.js';

const read = (architecture: string) => readFileSync(fixture(`architectures/${architecture}/onnx/model.onnx`));

it('names the nodes that WebGPU computes wrongly, and no others', () => {
  const names = nodesForCpu(nameNodes(read('modernbert')));
  expect(names).toHaveLength(6);
  expect(names.every((name) => name.startsWith('And_'))).toBe(true);
  expect(nodesForCpu(nameNodes(read('jina-bert')))).toEqual([]);
});

it('leaves out nodes without a name, and what is no graph', () => {
  expect(nodesForCpu(read('modernbert'))).toEqual([]);
  expect(nodesForCpu(Uint8Array.of(0xff, 0xff, 0xff))).toEqual([]);
});
