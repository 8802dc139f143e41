import { readFileSync } from 'node:fs';
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { fixture } from '../testing/fixtures.js';
import { externalParts } from './external-data.js';

type Entries = Record<string, string>;

function writeTensor({ entries, external = true }: { entries: Entries; external?: boolean }, pbf: PbfWriter) {
  for (const [key, value] of Object.entries(entries)) {
    pbf.writeMessage(
      13,
      (_, entry) => {
        entry.writeStringField(1, key);
        entry.writeStringField(2, value);
      },
      undefined,
    );
  }
  if (external) pbf.writeVarintField(14, 1);
}

/** A model of one tensor, which stands where `path` leads (field numbers from the model down). */
function modelWith(entries: Entries, path = [7, 5], external = true): Uint8Array {
  const pbf = new PbfWriter();
  const write = ([tag = 0, ...below]: number[], into: PbfWriter): void =>
    below.length === 0
      ? into.writeMessage(tag, writeTensor, { entries, external })
      : into.writeMessage(tag, (_, inner) => write(below, inner), undefined);
  write(path, pbf);
  return pbf.finish();
}

describe('externalParts', () => {
  it('finds every file of a graph that onnx wrote, and how far it is read', () => {
    const size = (file: string) => readFileSync(fixture(`graphs/external/${file}`)).length;
    const parts = externalParts(readFileSync(fixture('graphs/external/model.onnx')), 'onnx/model.onnx');
    expect(parts).toEqual(
      ['model.onnx_data', 'model.onnx_data_1'].map((location) => ({ location, end: size(location) })),
    );
  });

  it('finds none in a graph that is whole, nor in what is no graph', () => {
    expect(externalParts(readFileSync(fixture('graphs/flat.onnx')), 'model.onnx')).toEqual([]);
    expect(externalParts(new TextEncoder().encode('<!doctype html>'), 'model.onnx')).toEqual([]);
    expect(externalParts(Uint8Array.of(0x3a, 0xff, 0xff), 'model.onnx')).toEqual([]);
  });

  it.each([
    [7, 5], // an initializer
    [7, 15, 1], // a sparse one
    [7, 1, 5, 5], // the attribute of a node
    [7, 1, 5, 6, 5], // an initializer of an inner graph
  ])('looks wherever tensors are (%j …)', (...path) => {
    const model = modelWith({ location: './weights.bin', offset: '64', length: '32' }, path);
    expect(externalParts(model, 'model.onnx')).toEqual([{ location: 'weights.bin', end: 96 }]);
  });

  it('reads to the end of a file where no length is stated, and passes over tensors that are inside', () => {
    expect(externalParts(modelWith({ location: 'weights.bin' }), 'm')).toEqual([
      { location: 'weights.bin', end: 0 },
    ]);
    expect(externalParts(modelWith({ location: 'weights.bin' }, [7, 5], false), 'm')).toEqual([]);
  });

  it.each([
    '../secret',
    'a/../../b',
    '/etc/passwd',
    'https://example.org/x',
    'a\\b',
    'x?y',
    'x#y',
    '%2e%2e/x',
    '',
    '.',
  ])('refuses the location %j', (location) => {
    expect(() => externalParts(modelWith({ location }), 'onnx/model.onnx')).toThrow(
      expect.objectContaining({
        code: 'invalid-data',
        message: expect.stringContaining(JSON.stringify(location)) as unknown,
      }) as Error,
    );
  });
});
