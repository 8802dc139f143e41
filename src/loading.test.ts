import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { LFS_POINTER, startServer, type ServerOptions, type TestServer } from '../scripts/hub-server.js';
import { RerankError } from './errors.js';
import { createRerankerIn } from './pooled-reranker.js';
import { FAKE_FILES, fakeEnvironment, type FakeEnvironment } from './testing/fake-environment.js';
import type { RerankerOptions } from './types.js';

// Loading over a real network, with workers that are not real: what is asked for, kept, ended and told.

const HUB = 'owner/model';
const WEIGHTS = 'model_quantized.onnx';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

interface Place {
  server: TestServer;
  environment: FakeEnvironment;
  /** Loads from the Hub's layout, with a commit that is known; tries once. */
  load: (options?: RerankerOptions) => ReturnType<typeof createRerankerIn>;
  /** Requests for paths that end so. */
  asked: (end: string) => number;
}

async function place(
  files: Record<string, string> = FAKE_FILES,
  options: ServerOptions = {},
): Promise<Place> {
  const server = await startServer({
    models: { [HUB]: { files } },
    mounts: [{ files, at: '/folder' }],
    ...options,
  });
  closing.push(server.close);
  const environment = fakeEnvironment(`${server.url}/`);
  return {
    server,
    environment,
    load: (options) =>
      createRerankerIn(environment, {
        model: HUB,
        revision: COMMIT,
        hubHost: server.url,
        retries: 0,
        ...options,
      }),
    asked: (end) =>
      server.requests.filter(({ path }) => path.endsWith(end) && !path.includes('/cdn/')).length,
  };
}

/** A folder with a manifest, as training/export writes it. */
function listed(files: Record<string, string>, revision: string): Record<string, string> {
  const entries = Object.entries(files).map(([path, text]) => {
    const weights = path.endsWith('.onnx') ? { dtype: 'q8', devices: ['wasm'] } : {};
    return [path, { sha256: sha256(text), bytes: text.length, ...weights }];
  });
  const manifest = { version: 1, name: 'mine', revision, files: Object.fromEntries(entries) as unknown };
  return { ...files, 'reranker.json': JSON.stringify(manifest) };
}

const { 'onnx/model.onnx': _fp32, ...Q8_ONLY } = FAKE_FILES;

describe('what nobody has published a hash of', () => {
  const PORTAL = { kind: 'content', body: 'Please accept our terms of use.', times: 1 } as const;

  it.each(['config.json', 'tokenizer.json', 'tokenizer_config.json', WEIGHTS])(
    'is not kept when it is broken: %s',
    async (file) => {
      const { server, environment, load, asked } = await place(Q8_ONLY);
      environment.faults.open = ({ tokenizer }) => {
        if (!tokenizer.startsWith('{')) throw new RerankError('unsupported-model', 'no tokenizer');
      };
      server.fault(file, PORTAL);
      await expect(load()).rejects.toBeInstanceOf(RerankError);
      await (await load()).dispose();
      const before = asked(file);
      const third = await load();
      expect(asked(file)).toBe(before); // now it is in the cache
      expect(third.info.files.map(({ fromCache }) => fromCache).slice(-3)).toEqual([true, true, true]);
    },
  );

  it('is not kept when it is cut without a length', async () => {
    const { server, load } = await place(Q8_ONLY);
    server.fault(`/cdn/${HUB}/${COMMIT}/tokenizer_config.json`, {
      kind: 'cut',
      afterBytes: 1,
      times: 1,
    });
    await expect(load()).rejects.toMatchObject({ code: 'invalid-data' });
    await expect(load()).resolves.toBeDefined();
  });

  it.each([
    ['emptied', () => new Uint8Array()],
    ['truncated', (bytes: Uint8Array) => bytes.slice(0, bytes.length >> 1)],
    ['damaged', (bytes: Uint8Array) => bytes.map((byte, index) => (index === 9 ? byte ^ 1 : byte))],
  ])('is read from the network again when the cache has it %s', async (_, spoil) => {
    const { environment, load, asked } = await place(Q8_ONLY);
    await (await load()).dispose();
    for (const [key, bytes] of environment.cached) environment.cached.set(key, spoil(bytes));
    const before = asked(WEIGHTS);
    const reranker = await load();
    expect(asked(WEIGHTS)).toBe(before + 1);
    expect(reranker.info.files.find(({ file }) => file.endsWith(WEIGHTS))?.fromCache).toBe(false);
    await reranker.dispose();
    expect((await load()).info.files.at(-1)?.fromCache).toBe(true);
  });

  it('is read from the network once more when it turns out to be broken after all', async () => {
    const { environment, load, asked } = await place(Q8_ONLY);
    await (await load()).dispose();
    const before = asked('tokenizer.json');
    let opened = 0;
    environment.faults.open = () => {
      opened++;
      if (opened === 1) throw new RerankError('unsupported-model', 'no tokenizer');
    };
    await expect(load()).resolves.toBeDefined();
    expect(asked('tokenizer.json')).toBe(before + 1);
    environment.faults.open = () => {
      opened++;
      throw new RerankError('unsupported-model', 'no tokenizer');
    };
    opened = 0;
    await expect(load()).rejects.toMatchObject({ code: 'unsupported-model' });
    expect(opened).toBe(2); // and not for ever
  });

  it('stays when a backend fails with what the host gives again, and is not downloaded on every visit', async () => {
    const { environment, load, asked } = await place();
    environment.faults.open = ({ dtype }) => {
      if (dtype === 'q8') throw new RerankError('self-check-failed', 'wrong on this device');
    };
    for (let visit = 0; visit < 4; visit++) {
      const reranker = await load();
      expect(reranker.info.dtype).toBe('fp32');
      await reranker.dispose();
    }
    expect(asked(WEIGHTS)).toBe(2);
    expect(asked('onnx/model.onnx')).toBe(1);
  });
});

describe('what is fetched', () => {
  it('no weights without a tokenizer, which is said at once', async () => {
    for (const options of [{}, { missing: 403 }]) {
      const { 'tokenizer.json': _, ...files } = FAKE_FILES;
      const { server, environment, load, asked } = await place(files, options);
      const model = `${server.url}/folder`;
      await expect(load({ model })).rejects.toMatchObject({
        code: options.missing ? 'unauthorized' : 'not-found',
        message: expect.stringContaining(`${model}/tokenizer.json`) as unknown,
      });
      expect(asked('.onnx')).toBe(0);
      expect(environment.workers.ended).toBe(environment.workers.made);
    }
  });

  it('no weights without the code of a worker, and no other weights for the same runtime', async () => {
    const { environment, load, asked } = await place();
    environment.faults.load = () => Promise.reject(new RerankError('worker-failed', 'its script is missing'));
    await expect(load()).rejects.toMatchObject({ code: 'worker-failed' });
    expect(asked('.onnx')).toBe(0);
    environment.faults = {
      prepare: () => Promise.reject(new RerankError('backend-failed', 'could not start')),
    };
    await expect(load()).rejects.toMatchObject({ code: 'backend-failed', message: 'could not start' });
    expect(asked(WEIGHTS)).toBe(1);
    expect(asked('onnx/model.onnx')).toBe(0);
    expect(environment.workers).toEqual({ made: 2, ended: 2 });
  });

  it.each([
    ['401', { kind: 'status', status: 401 }],
    ['403', { kind: 'status', status: 403 }],
    ['404', { kind: 'status', status: 404 }],
    ['a page', { kind: 'html' }],
  ] as const)('the next weights where the first are answered with %s', async (_, fault) => {
    const { server, load } = await place();
    server.fault('reranker.json', fault);
    server.fault(WEIGHTS, fault);
    expect((await load()).info).toMatchObject({ dtype: 'fp32', device: 'wasm' });
  });

  it('tells what was refused where there are no weights at all', async () => {
    const { server, load } = await place();
    server.fault(WEIGHTS, { kind: 'status', status: 403 });
    server.fault('onnx/model.onnx', { kind: 'status', status: 404 });
    await expect(load()).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(
        /no weights that can run here.*quantized.onnx was refused \(403\).*model.onnx is not there/,
      ) as unknown,
    });
  });

  it('a pointer of Git LFS is called by its name', async () => {
    const { server, load } = await place({ ...FAKE_FILES, 'onnx/model_quantized.onnx': LFS_POINTER });
    await expect(load({ model: `${server.url}/folder` })).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringMatching(/model_quantized.onnx is a Git LFS pointer.*git lfs pull/s) as unknown,
    });
  });

  it("a signed URL's query for every file, and none in messages or keys", async () => {
    const { server, environment, load } = await place(listed(Q8_ONLY, 'r1'));
    const model = `${server.url}/folder?X-Signature=se%2Fcret`;
    expect((await load({ model })).info).toMatchObject({ model: 'mine' });
    expect(server.requests.map(({ search }) => search)).toEqual(Array(5).fill('?X-Signature=se%2Fcret'));
    expect([...environment.cached.keys()].join()).not.toContain('Signature');
    const elsewhere = `${server.url}/none?X-Signature=secret`;
    const error = await load({ model: elsewhere }).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'not-found' });
    expect((error as Error).message).not.toContain('Signature');
  });

  it.each(['100%', 'c#sharp', 'what?', 'a b', 'Übersicht', '検索', 'a+b&c=d', '%zz'])(
    'a folder that is called %s',
    async (name) => {
      const { server, load } = await place(FAKE_FILES, { mounts: [{ files: FAKE_FILES, at: `/m/${name}` }] });
      for (const model of [`/m/${name}`, `/m/${name}/`, `/m/${encodeURIComponent(name)}/`]) {
        expect((await load({ model: server.url + model })).info.model).toBe(name);
        expect((await load({ model })).info.model).toBe(name);
      }
    },
  );
});

describe('what is ended', () => {
  it("a caller's error in onProgress is his own, at once, and ends the workers", async () => {
    for (const when of ['download', 'open', 'ready'] as const) {
      for (const bug of [new TypeError('a bug of the page'), new RerankError('not-found', 'mine'), 'text']) {
        const { environment, load, asked } = await place();
        const onProgress: RerankerOptions['onProgress'] = ({ status }) => {
          if (status === when) throw bug; // eslint-disable-line @typescript-eslint/only-throw-error -- a page may throw anything
        };
        const error = await load({ onProgress, retries: 3 }).catch((error: unknown) => error);
        expect(error).toBe(bug);
        expect(asked('/config.json')).toBe(1);
        expect(environment.workers.ended).toBe(environment.workers.made);
      }
    }
  });

  it('a download that stalls or is never answered, after the time and the retries that were given', async () => {
    for (const kind of ['stall', 'hang'] as const) {
      const { server, environment, load } = await place();
      server.fault(kind === 'stall' ? /cdn.*quantized/ : WEIGHTS, { kind });
      const started = performance.now();
      await expect(load({ stallTimeout: 100, retries: 1 })).rejects.toMatchObject({
        code: 'download-failed',
        message: expect.stringContaining('nothing came for 100 ms') as unknown,
      });
      expect(performance.now() - started).toBeLessThan(5000);
      expect(environment.workers.ended).toBe(environment.workers.made);
      server.clearFaults();
      server.fault(WEIGHTS, { kind: 'hang', times: 1 });
      await expect(load({ stallTimeout: 100, retries: 1 })).resolves.toBeDefined();
    }
  });

  it('nothing is left when loading is cancelled or disposed of at any step', async () => {
    for (const step of ['load', 'prepare', 'open'] as const) {
      const { environment, load } = await place();
      const controller = new AbortController();
      environment.faults[step] = () => controller.abort();
      await expect(load({ signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
      expect(environment.workers.ended).toBe(environment.workers.made);
      environment.faults = {};
      const reranker = await load({ idleTimeout: 10 });
      await expect.poll(() => environment.workers.ended).toBe(environment.workers.made);
      environment.faults[step] = () => void reranker.dispose();
      await expect(reranker.rank('q', ['a'])).rejects.toMatchObject({ code: 'disposed' });
      expect(environment.workers.ended).toBe(environment.workers.made);
    }
  });

  it('ready does not wait for the disk', async () => {
    const { environment, load } = await place();
    const cache = await environment.openCache(true);
    environment.openCache = () => Promise.resolve({ ...cache, write: () => new Promise(() => undefined) });
    await expect(load()).resolves.toBeDefined();
  });
});

describe('an idle reranker', () => {
  const idle = async ({ environment }: Place) => {
    await expect.poll(() => environment.workers.ended, { interval: 5 }).toBe(environment.workers.made);
  };
  const rank = (reranker: Awaited<ReturnType<Place['load']>>) => reranker.rank('q', ['aa', 'a']);

  it('lists each file once, however often it opens again', async () => {
    const where = await place();
    const reranker = await where.load({ idleTimeout: 5 });
    const { files } = reranker.info;
    for (let cycle = 0; cycle < 5; cycle++) {
      await idle(where);
      await rank(reranker);
    }
    expect(reranker.info.files.map(({ file }) => file).sort()).toEqual(files.map(({ file }) => file).sort());
    expect(reranker.info.attempts.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it.each([true, false])(
    'reads a folder anew that was published again (with a manifest: %s)',
    async (withManifest) => {
      const files: Record<string, string> = {};
      const publish = (version: string) => {
        const { 'onnx/model_quantized.onnx': weights, ...texts } = Q8_ONLY;
        const all = {
          ...texts,
          'tokenizer.json': JSON.stringify({ version }),
          'onnx/model_quantized.onnx': weights + version,
        };
        Object.assign(files, withManifest ? listed(all, version) : all);
      };
      publish('one');
      const where = await place(files);
      where.environment.openCache = () => Promise.resolve(NOTHING_KEPT);
      const opened: string[] = [];
      where.environment.faults.open = ({ tokenizer, weights }) => {
        opened.push(
          `${(JSON.parse(tokenizer) as { version: string }).version} ${new TextDecoder().decode(weights).slice(-3)}`,
        );
      };
      const reranker = await where.load({ model: `${where.server.url}/folder`, idleTimeout: 5 });
      await idle(where);
      publish('two');
      expect(await rank(reranker)).toHaveLength(2);
      expect(opened).toEqual(['one one', 'two two']);
      expect(reranker.info).toMatchObject({ revision: withManifest ? 'two' : undefined, dtype: 'q8' });
    },
  );
});

const NOTHING_KEPT = {
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};
