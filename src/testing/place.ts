import { createHash } from 'node:crypto';
import { afterEach } from 'vitest';
import { startServer, type ServerOptions, type TestServer } from '../../scripts/hub-server.js';
import { createRerankerIn } from '../pooled-reranker.js';
import type { RerankerOptions } from '../types.js';
import { FAKE_FILES, fakeEnvironment, type FakeEnvironment } from './fake-environment.js';

/** The model's id on the stand-in Hub. */
export const HUB = 'owner/model';
/** The file that a WASM page takes first. */
export const WEIGHTS = 'model_quantized.onnx';
/** The commit that the stand-in Hub is at. */
export const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A server with a model, and an environment on it. */
export interface Place {
  server: TestServer;
  environment: FakeEnvironment;
  /** Loads from the Hub's layout, with a commit that is known; tries once. */
  load: (options?: RerankerOptions) => ReturnType<typeof createRerankerIn>;
  /** Requests for paths that end so. */
  asked: (end: string) => number;
}

/** Starts a server that has the files on a Hub and in a folder; closed after the test. */
export async function place(
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
export function listed(files: Record<string, string>, revision: string): Record<string, string> {
  const entries = Object.entries(files).map(([path, text]) => {
    const weights = path.endsWith('.onnx') ? { dtype: 'q8', devices: ['wasm'] } : {};
    return [path, { sha256: sha256(text), bytes: text.length, ...weights }];
  });
  const manifest = { version: 1, name: 'mine', revision, files: Object.fromEntries(entries) as unknown };
  return { ...files, 'reranker.json': JSON.stringify(manifest) };
}

const { 'onnx/model.onnx': _fp32, ...only } = FAKE_FILES;

/** The same model with one weight file. */
export const Q8_ONLY = only;
