import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../scripts/hub-server.js';
import { createRerankerIn } from '../pooled-reranker.js';
import { FAKE_FILES, fakeEnvironment } from '../testing/fake-environment.js';
import type { LoadProgress, RerankerOptions } from '../types.js';

// A folder whose weights are stored in three parts, over a real network.

const WEIGHTS = 'onnx/model_quantized.onnx';
const whole = Buffer.from(FAKE_FILES[WEIGHTS]);
const described = (content: Uint8Array) => ({
  sha256: createHash('sha256').update(content).digest('hex'),
  bytes: content.length,
});
const cuts = [0, 2000, 4000, whole.length];
const parts = [1, 2, 3].map((n) => ({
  path: `${WEIGHTS}.part${n}`,
  content: whole.subarray(cuts[n - 1], cuts[n]),
}));
const { [WEIGHTS]: _whole, 'onnx/model.onnx': _other, ...texts } = FAKE_FILES;
const manifest = {
  version: 1,
  name: 'in-parts',
  revision: 'r1',
  files: {
    ...Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, described(Buffer.from(text))])),
    [WEIGHTS]: {
      ...described(whole),
      dtype: 'q8',
      parts: parts.map(({ path, content }) => ({ path, ...described(content) })),
    },
  },
};

let server: TestServer;
beforeEach(async () => {
  const stored = Object.fromEntries(parts.map(({ path, content }) => [path, content]));
  const files = { ...texts, ...stored, 'reranker.json': JSON.stringify(manifest) };
  server = await startServer({ mounts: [{ files, at: '/model' }] });
});
afterEach(() => server.close());

const open = (options: RerankerOptions = {}, environment = fakeEnvironment(server.url)) =>
  createRerankerIn(environment, { model: '/model/', retries: 0, ...options });

describe('weights in parts', () => {
  it('are joined, counted as one file, and kept as one', async () => {
    const environment = fakeEnvironment(server.url);
    let opened: Uint8Array | undefined;
    environment.faults.open = ({ weights }) => void (opened = weights);
    const told: Extract<LoadProgress, { status: 'download' }>[] = [];
    const onProgress = (news: LoadProgress) => {
      if (news.status === 'download' && news.file === WEIGHTS) told.push(news);
    };
    const { info } = await open({ onProgress }, environment);
    expect(opened && Buffer.from(opened).equals(whole)).toBe(true);
    expect(info.files.at(-1)).toEqual({ file: WEIGHTS, bytes: whole.length, fromCache: false });
    expect(told.every(({ total }) => total === whole.length)).toBe(true);
    expect(told.map(({ loaded }) => loaded)).toEqual(told.map(({ loaded }) => loaded).sort((a, b) => a - b));
    expect(told.at(-1)?.loaded).toBe(whole.length);
    const before = server.requests.length;
    const again = await open({}, environment);
    expect(again.info.files.at(-1)?.fromCache).toBe(true);
    expect(server.requests.slice(before).map(({ path }) => path)).toEqual(['/model/reranker.json']);
  });

  it.each([
    [
      'is missing',
      { kind: 'status', status: 404 },
      'not-found',
      /part2 is not there .* part of onnx\/model_/,
    ],
    ['is refused', { kind: 'status', status: 403 }, 'unauthorized', /part2 was refused .* part of onnx/],
    ['is a web page', { kind: 'html' }, 'unexpected-html', /part2 gave a web page.* part of onnx/],
    ['is another file', { kind: 'corrupt' }, 'integrity', /part2 is not the file it should be/],
    ['is too short', { kind: 'short' }, 'integrity', /part2 has 1999 bytes/],
    ['breaks off', { kind: 'reset', afterBytes: 100 }, 'download-failed', /part2 could not be downloaded/],
  ] as const)('say which part %s, and nothing is kept', async (_, fault, code, message) => {
    server.fault(/part2$/, fault);
    const environment = fakeEnvironment(server.url);
    await expect(open({}, environment)).rejects.toMatchObject({
      name: 'RerankError',
      code,
      message: expect.stringMatching(message) as unknown,
    });
    expect([...environment.cached.keys()].filter((key) => key.includes('.onnx'))).toEqual([]);
  });

  it('are tried again part by part', async () => {
    server.fault(/part2$/, { kind: 'reset', afterBytes: 100, times: 1 });
    await open({ retries: 1 });
    const asked = server.requests.filter(({ path }) => path.includes('.part')).map(({ path }) => path.at(-1));
    expect(asked.sort()).toEqual(['1', '2', '2', '3']);
  });

  it('end at once, all of them, when loading is cancelled', async () => {
    const controller = new AbortController();
    server.fault(/part\d$/, { kind: 'stall', afterBytes: 10 });
    const onProgress = (news: LoadProgress) => {
      if (news.status === 'download' && news.file === WEIGHTS && news.loaded > 0) controller.abort();
    };
    await expect(open({ signal: controller.signal, onProgress })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
