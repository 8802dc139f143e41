import { describe, expect, it } from 'vitest';
import { LFS_POINTER } from '../scripts/hub-server.js';
import { RerankError } from './errors.js';
import { FAKE_FILES } from './testing/fake-environment.js';
import { COMMIT, HUB, listed, place, Q8_ONLY, WEIGHTS } from './testing/place.js';

// Loading over a real network, with workers that are not real: what is asked for, and what is kept.

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
