import { readFileSync } from 'node:fs';
import onnxProto from 'onnx-proto';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { CuttableGraph } from './cut-graph.js';

const { onnx } = onnxProto;

const SHIPPED = new URL('../../public/models/minilm-l6-rerank-en/onnx/', import.meta.url);
const bytes = readFileSync(new URL('model_quantized.onnx', SHIPPED));
const NAMES = ['input_ids', 'attention_mask', 'token_type_ids'];
const wide = (...values: number[]) =>
  new ort.Tensor('int64', BigInt64Array.from(values.map(BigInt)), [1, values.length]);

/** The states after the third and fourth layer, whatever the export calls them: the graph need not have been made for cutting. */
const normalised = onnx.ModelProto.decode(bytes)
  .graph!.node!.filter(({ opType }) => opType === 'LayerNormalization')
  .map(({ output }) => output![0]!);
const [INNER, LATER] = [normalised[6]!, normalised[8]!];

describe('CuttableGraph', () => {
  it('computes in two parts what the whole graph computes', async () => {
    const graph = new CuttableGraph(bytes);
    const lower = await ort.InferenceSession.create(graph.cut(NAMES, INNER));
    const upper = await ort.InferenceSession.create(graph.cut([INNER, ...NAMES], 'logits'));
    expect(lower.outputNames).toEqual([INNER]);
    expect(upper.inputNames).toEqual([INNER, ...NAMES]); // the head weighs tokens by their ids
    const between = onnx.ModelProto.decode(graph.cut([INNER, ...NAMES], LATER)).graph!.input!;
    expect(between.map(({ name }) => name)).toEqual([INNER, 'attention_mask', 'token_type_ids']);

    const feeds = {
      input_ids: wide(101, 2129, 2116, 102, 101, 1996, 2373, 102),
      attention_mask: wide(1, 1, 1, 1, 1, 1, 1, 1),
      token_type_ids: wide(0, 0, 0, 0, 1, 1, 1, 1),
    };
    const states = (await lower.run(feeds))[INNER]!;
    const cut = (await upper.run({ [INNER]: states, ...feeds })).logits!;
    const whole = (await (await ort.InferenceSession.create(bytes)).run(feeds)).logits!;
    expect(states.dims).toEqual([1, 8, 384]);
    expect(cut.data[0]).toBeCloseTo(Number(whole.data[0]), 4);
  });

  it('shares the weights out: a part holds only what it computes with', () => {
    const graph = new CuttableGraph(bytes);
    const [lower, upper] = [graph.cut(NAMES, INNER), graph.cut([INNER, ...NAMES], 'logits')];
    expect(lower.length + upper.length).toBeLessThan(bytes.length * 1.001);
    const names = (part: Uint8Array) =>
      onnx.ModelProto.decode(part).graph!.initializer!.map(({ name }) => name!);
    expect(names(lower)).toContain('word_embeddings.q8');
    expect(names(upper)).not.toContain('word_embeddings.q8');
    expect(onnx.ModelProto.decode(lower).opsetImport).toEqual(onnx.ModelProto.decode(bytes).opsetImport);
  });

  const small = (node: object[]) =>
    onnx.ModelProto.encode({
      irVersion: 8,
      graph: {
        name: 'small',
        node,
        input: [{ name: 'ids' }, { name: 'mask' }],
        output: [{ name: 'logits' }],
      },
    }).finish();
  const plain = small([
    { opType: 'Relu', input: ['ids'], output: ['states'] },
    { opType: 'Clip', input: ['states', '', 'mask'], output: ['logits'] },
  ]);

  it.each([
    [['ids', 'mask'], 'states_9', 'there is no tensor states_9'],
    [['states_9', 'mask'], 'logits', 'there is no tensor states_9|needs the input ids'],
    [['states'], 'logits', 'needs the input mask, which is not among .* \\(states\\)'],
  ])('names the tensor that is missing (%#)', (inputs, output, message) => {
    expect(() => new CuttableGraph(plain).cut(inputs, output)).toThrow(
      expect.objectContaining({
        code: 'invalid-data',
        message: expect.stringMatching(message) as unknown,
      }) as Error,
    );
  });

  it('refuses operators with graphs inside, where they are in the part', () => {
    const attribute = [{ name: 'body', type: onnx.AttributeProto.AttributeType.GRAPH, g: { name: 'body' } }];
    const looped = small([
      { opType: 'Loop', input: ['ids'], output: ['states'], attribute },
      { opType: 'Relu', input: ['states'], output: ['logits'] },
    ]);
    const graph = new CuttableGraph(looped);
    expect(() => graph.cut(['ids'], 'logits')).toThrow(
      expect.objectContaining({ code: 'unsupported-model' }) as Error,
    );
    expect(onnx.ModelProto.decode(graph.cut(['states'], 'logits')).graph!.node).toHaveLength(1);
  });

  it.each([
    ['a web page', new TextEncoder().encode('<!doctype html><html></html>')],
    ['nothing', new Uint8Array()],
    ['half a file', bytes.subarray(0, 1000)],
  ])('refuses %s', (_, content) => {
    expect(() => new CuttableGraph(content)).toThrow(
      expect.objectContaining({ code: 'invalid-data' }) as Error,
    );
  });
});
