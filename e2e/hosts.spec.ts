import { readdirSync, readFileSync } from 'node:fs';
import { LFS_POINTER, startServer, type ServerOptions, type TestServer } from '../scripts/hub-server.js';
import { planRows, recordRow } from '../src/testing/record.js';
import { expect, test, type Harness, type PageOptions } from './support.js';

// Hosts of every kind, in a real browser: what the caller saw, for docs/parity.md.

const folder = new URL('../src/testing/fixtures/tiny-bert/', import.meta.url);
const FILES = Object.fromEntries(
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => path.includes('.'))
    .map((path) => [path, readFileSync(new URL(path, folder))]),
);
const { 'onnx/model_quantized.onnx': _quantized, ...FP32_ONLY } = FILES;
const { 'tokenizer.json': _tokenizer, ...NO_TOKENIZER } = FILES;
const HUB = 'someone/tiny';

/** What a page saw of one load. */
interface Seen {
  /** The weights that it runs on, or the error's code. */
  outcome: string;
  message: string;
  /** Whether a file's bytes, or all, ever went beyond their total. */
  beyond: boolean;
  /** Whether the last word on every file was all of a known total. */
  complete: boolean;
}

interface Host {
  host: string;
  files: string;
  /** The model as the page names it. `other` is a server of another origin. */
  model: (place: Harness & { other: TestServer }) => string;
  page?: ServerOptions;
  other?: ServerOptions;
  options?: PageOptions;
  before?: (place: Harness & { other: TestServer }) => Promise<void> | void;
  saw: string;
  message?: RegExp;
  /** Bytes of weights that may have been sent. */
  noWeights?: boolean;
}

const at = (files: Record<string, string | Buffer>, more: ServerOptions = {}): ServerOptions => ({
  mounts: [{ files, at: '/m' }],
  ...more,
});
const elsewhere: Host['model'] = ({ other }) => `${other.url}/m`;
const here: Host['model'] = () => '/m';
const hub: Host['model'] = () => HUB;

const HOSTS: Host[] = [
  ...(['gzip', 'br'] as const).map((compress): Host => {
    const host = `another origin that compresses (${compress}), its encoding hidden by CORS`;
    return { host, files: 'all', model: elsewhere, other: at(FILES, { compress }), saw: 'q8' };
  }),
  { host: 'another origin', files: 'all', model: elsewhere, other: at(FILES), saw: 'q8' },
  {
    host: 'the same origin, compressed',
    files: 'all',
    model: here,
    page: at(FILES, { compress: 'gzip' }),
    saw: 'q8',
  },
  {
    host: 'a service worker that rebuilds compressed answers',
    files: 'all',
    model: here,
    page: {
      mounts: [
        { files: FILES, at: '/m' },
        {
          files: {
            'worker.js': `self.onactivate = (event) => event.waitUntil(clients.claim());
              self.onfetch = (event) => event.respondWith(fetch(event.request).then((response) => {
                const headers = new Headers(response.headers);
                headers.delete('content-encoding');
                return new Response(response.body, { status: response.status, headers });
              }));`,
          },
        },
      ],
      compress: 'gzip',
    },
    before: async ({ page }) => {
      await page.evaluate(async () => {
        const controlled = new Promise((resolve) => {
          navigator.serviceWorker.oncontrollerchange = resolve;
        });
        await navigator.serviceWorker.register('/worker.js');
        await controlled;
      });
    },
    saw: 'q8',
  },
  {
    host: 'another origin that breaks off in mid-body',
    files: 'weights',
    model: elsewhere,
    other: at(FILES),
    options: { retries: 0 },
    before: ({ other }) => other.fault('.onnx', { kind: 'reset' }),
    saw: 'download-failed',
    message: /broke off/,
  },
  {
    host: 'a host that stalls in mid-body',
    files: 'weights',
    model: elsewhere,
    other: at(FILES),
    options: { retries: 0, stallTimeout: 500 },
    before: ({ other }) => other.fault('.onnx', { kind: 'stall' }),
    saw: 'download-failed',
    message: /nothing came for 500 ms/,
  },
  ...[401, 403, 404].map((missing): Host => ({
    host: `answers ${missing} for what is not there`,
    files: 'q8 weights and reranker.json missing',
    model: elsewhere,
    other: at(FP32_ONLY, { missing }),
    saw: 'fp32',
  })),
  {
    host: 'a single-page app: its page for what is not there',
    files: 'q8 weights and reranker.json missing',
    model: elsewhere,
    other: {
      mounts: [
        {
          files: { ...FP32_ONLY, 'index.html': '<!doctype html><title>app</title>' },
          at: '/m',
          fallback: 'index.html',
        },
      ],
    },
    saw: 'fp32',
  },
  {
    host: 'answers 403 for what is not there',
    files: 'tokenizer.json missing',
    model: elsewhere,
    other: at(NO_TOKENIZER, { missing: 403 }),
    saw: 'unauthorized',
    message: /tokenizer\.json was refused \(403\): it is not there/,
    noWeights: true,
  },
  {
    host: 'answers 404 for what is not there',
    files: 'tokenizer.json missing',
    model: elsewhere,
    other: at(NO_TOKENIZER),
    saw: 'not-found',
    message: /tokenizer\.json is not there/,
    noWeights: true,
  },
  {
    host: 'Git LFS pointers in place of files',
    files: 'weights',
    model: here,
    page: at({ ...FILES, 'onnx/model_quantized.onnx': LFS_POINTER }),
    saw: 'invalid-data',
    message: /Git LFS pointer/,
  },
  ...['100%', 'c#sharp', 'what?', 'a b', '検索'].map((name): Host => ({
    host: `a folder named ${name}`,
    files: 'all',
    model: () => `/m/${name}`,
    page: { mounts: [{ files: FILES, at: `/m/${name}` }] },
    saw: 'q8',
  })),
  {
    host: 'a signed URL',
    files: 'all',
    model: ({ other }) => `${other.url}/m?X-Signature=a%2Fb`,
    other: at(FILES),
    saw: 'q8',
  },
  { host: 'the Hub', files: 'all', model: hub, page: { models: { [HUB]: { files: FILES } } }, saw: 'q8' },
  {
    host: 'the Hub, after one bad answer with status 200',
    files: 'tokenizer.json',
    model: hub,
    page: { models: { [HUB]: { files: FILES } } },
    before: async (place) => {
      place.server.fault('tokenizer.json', { kind: 'content', body: 'Please sign in.', times: 1 });
      const { outcome } = await load(place, { model: HUB, hubHost: place.server.url });
      expect(['unsupported-model', 'invalid-data']).toContain(outcome);
    },
    saw: 'q8',
  },
  {
    host: 'Cache Storage that never answers',
    files: 'all',
    model: hub,
    page: { models: { [HUB]: { files: FILES } } },
    before: ({ page }) =>
      page.evaluate(() => {
        caches.open = () => new Promise(() => undefined);
      }),
    saw: 'q8',
  },
  {
    host: 'a file:// URL for the folder',
    files: 'all',
    model: () => 'file:///models/mine',
    saw: 'unsupported-environment',
    message: /Serve the folder over http/,
    noWeights: true,
  },
];

/** Loads a model in the page and ranks a little with it. */
function load({ page }: Pick<Harness, 'page'>, options: PageOptions): Promise<Seen> {
  return page.evaluate(async (options) => {
    const last = new Map<string, { loaded: number; total: number | undefined }>();
    let beyond = false;
    const seen = (outcome: string, message = '') => ({
      outcome,
      message,
      beyond,
      complete: [...last.values()].every(({ loaded, total }) => loaded === total),
    });
    try {
      const reranker = await window.library.createReranker({
        device: 'wasm',
        workers: 1,
        ...options,
        onProgress: (progress) => {
          if (progress.status !== 'download') return;
          const { file, loaded, total, loadedOverall, totalOverall } = progress;
          last.set(file, { loaded, total });
          beyond ||= loaded > (total ?? Infinity) || loadedOverall > (totalOverall ?? Infinity);
        },
      });
      const ranking = await reranker.rank('a cat', ['a cat on a mat', 'a dog']);
      const { dtype } = reranker.info;
      await reranker.dispose();
      return seen(ranking.length === 2 ? String(dtype) : 'no ranking');
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      return seen(code ?? 'untyped', message);
    }
  }, options);
}

const keyOf = ({ host, files }: Host) => `${host}: ${files}`;
test.beforeAll(() => planRows('hosts', 'hosts', HOSTS.map(keyOf)));

for (const host of HOSTS) {
  test(keyOf(host), async ({ open }) => {
    const other = await startServer(host.other);
    try {
      const place = { ...(await open(host.page)), other };
      await host.before?.(place);
      const seen = await load(place, {
        hubHost: place.server.url,
        ...host.options,
        model: host.model(place),
      });
      const loaded = seen.outcome === host.saw && seen.message === '';
      recordRow('hosts', 'hosts', keyOf(host), {
        host: host.host,
        files: host.files,
        saw: loaded
          ? `loads (${seen.outcome})`
          : `\`${seen.outcome}\`: ${seen.message.replaceAll(/http:\/\/localhost:\d+/g, '')}`,
      });
      expect(seen.outcome, seen.message).toBe(host.saw);
      if (host.message) expect(seen.message).toMatch(host.message);
      else expect(seen).toMatchObject({ beyond: false, complete: true });
      if (host.noWeights) expect(place.server.bytes('.onnx') + other.bytes('.onnx')).toBe(0);
    } finally {
      await other.close();
    }
  });
}
