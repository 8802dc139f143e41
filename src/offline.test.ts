import { describe, expect, it } from 'vitest';
import type { Environment } from './environment.js';
import { listed, place, Q8_ONLY } from './testing/place.js';

// A host that is out of reach on a later visit; the same in a browser, with the runtime, is in e2e/offline.spec.ts.

/** Cuts the network off. @returns the files that were asked for since, and a way back */
function cutOff(environment: Environment) {
  const { fetch } = environment;
  const asked: string[] = [];
  environment.fetch = (input) => {
    asked.push(new Request(input).url.split('/').at(-1) ?? '');
    return Promise.reject(new TypeError('Failed to fetch'));
  };
  return { asked, restore: () => (environment.fetch = fetch) };
}

describe('a host that is out of reach', () => {
  it('is asked once, and then everything comes from the cache', async () => {
    const { environment, load } = await place(Q8_ONLY);
    const first = await load({ retries: 3 });
    await first.dispose();
    const { asked } = cutOff(environment);
    const second = await load({ retries: 3 });
    expect(asked).toEqual(['reranker.json']);
    expect(second.info.revision).toBe(first.info.revision);
    expect(second.info.files.filter(({ fromCache }) => !fromCache)).toEqual([]);
    await second.dispose();
  });

  it('is tried as often as ever where nothing was kept', async () => {
    const { environment, load } = await place(Q8_ONLY);
    const { asked } = cutOff(environment);
    await expect(load({ retries: 1 })).rejects.toMatchObject({ code: 'download-failed' });
    expect(asked).toEqual(['reranker.json', 'reranker.json']);
  });

  it('is believed again as soon as it answers', async () => {
    const files = listed(Q8_ONLY, 'r1');
    const { server, environment, load } = await place(files);
    const options = { model: `${server.url}/folder/`, revision: undefined };
    await (await load(options)).dispose();
    const { restore } = cutOff(environment);
    const offline = await load(options);
    expect(offline.info).toMatchObject({ model: 'mine', revision: 'r1' });
    expect(offline.info.files.filter(({ fromCache }) => !fromCache)).toEqual([]);
    await offline.dispose();
    restore();
    files['reranker.json'] = listed(Q8_ONLY, 'r2')['reranker.json']!;
    expect((await load(options)).info.revision).toBe('r2');
    server.fault('reranker.json', { kind: 'status', status: 404 });
    expect((await load(options)).info.revision).toBeUndefined(); // gone is not out of reach
  });

  it('had its weights by the second name, which is what is read', async () => {
    const { 'onnx/model_quantized.onnx': weights, ...others } = Q8_ONLY;
    const { environment, load } = await place({ ...others, 'onnx/model_int8.onnx': weights });
    await (await load({ dtype: 'q8' })).dispose();
    cutOff(environment);
    const { info } = await load({ dtype: 'q8' });
    expect(info.files.at(-1)).toMatchObject({ file: 'onnx/model_int8.onnx', fromCache: true });
  });
});
