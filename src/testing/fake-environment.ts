import type { Connection } from '../bridge/connection.js';
import type { Environment } from '../environment.js';
import { RerankError } from '../errors.js';
import type { FileCache } from '../model/cache.js';
import type { OpenRequest } from '../protocol.js';

/** What a fake worker does wrong at each of its steps, by throwing; nothing by default. */
export interface FakeFaults {
  load?: () => void | Promise<void>;
  prepare?: () => void | Promise<void>;
  open?: (request: OpenRequest) => void | Promise<void>;
}

/** A place to run in whose network is real, and whose workers are not: they take for a model what begins with `GRAPH`. */
export interface FakeEnvironment extends Environment {
  /** Workers that were made, and those that were ended. */
  workers: { made: number; ended: number };
  /** What the cache holds. */
  cached: Map<string, Uint8Array>;
  /** What the workers do wrong from now on. */
  faults: FakeFaults;
}

/** The files of a model that the fake workers take. */
export const FAKE_FILES = {
  'config.json': JSON.stringify({
    model_type: 'bert',
    num_labels: 1,
    max_position_embeddings: 64,
    pad_token_id: 0,
  }),
  'tokenizer.json': JSON.stringify({ model: {} }),
  'tokenizer_config.json': JSON.stringify({}),
  'onnx/model_quantized.onnx': `GRAPH q8 ${'x'.repeat(5000)}`,
  'onnx/model.onnx': `GRAPH fp32 ${'x'.repeat(20_000)}`,
};

/** Makes one. @param baseUrl - what relative URLs start from */
export function fakeEnvironment(baseUrl: string): FakeEnvironment {
  const workers = { made: 0, ended: 0 };
  const cached = new Map<string, Uint8Array>();
  const cache: FileCache = {
    read: (key) => Promise.resolve(cached.get(key)),
    write: (key, bytes) => Promise.resolve(void cached.set(key, bytes.slice())),
    remove: (key) => Promise.resolve(void cached.delete(key)),
  };
  const environment: FakeEnvironment = {
    workers,
    cached,
    faults: {},
    baseUrl,
    fetch,
    openCache: () => Promise.resolve(cache),
    capabilities: () =>
      Promise.resolve({
        webgpu: 'none',
        webgpuReason: 'there is none here',
        shaderF16: false,
        jspi: false,
        isolated: true,
        cores: 1,
        memory: undefined,
      }),
    connect: () => {
      workers.made++;
      return fakeConnection(environment);
    },
  };
  return environment;
}

function fakeConnection({ faults, workers }: FakeEnvironment): Connection {
  let closed = false;
  let fail: (reason: Error) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => (fail = reject));
  ended.catch(() => undefined);
  const step = (work?: () => void | Promise<void>) => Promise.race([Promise.resolve().then(work), ended]);
  return {
    load: () => step(faults.load),
    prepare: () => step(faults.prepare),
    async open(request) {
      await step(() => faults.open?.(request));
      if (!new TextDecoder().decode(request.weights).startsWith('GRAPH'))
        throw new RerankError('backend-failed', 'the fake runtime cannot open this');
      return { threads: 1, checkError: undefined };
    },
    async score({ pairs }, onBatch) {
      await step();
      const logits = pairs.map(([, passage]) => passage.length);
      onBatch({ indices: [...logits.keys()], logits, windows: logits.map(() => undefined) });
      return { rows: logits.length, tokens: 1, batches: 1, kept: 0, tokenizeMs: 0, runMs: 0 };
    },
    cancel: () => undefined,
    close(reason) {
      if (!closed) workers.ended++;
      closed = true;
      fail(reason);
    },
  };
}
