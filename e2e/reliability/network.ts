import type { Fault as ServerFault } from '../../scripts/hub-server.js';
import { WEIGHTS, type Fault } from './fault.js';

const RETRY_ONCE = { retries: 1, stallTimeout: 600 } as const;

/** The files of a model that its manifest lists, and what fails alike for all of them. */
const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', WEIGHTS];

/** What a host can do to a file, and what it comes to. */
const KINDS: { does: string; fault: ServerFault; saw: string; says: RegExp }[] = [
  { does: 'is not there (404)', fault: { kind: 'status', status: 404 }, saw: 'not-found', says: /404/ },
  { does: 'is refused (401)', fault: { kind: 'status', status: 401 }, saw: 'unauthorized', says: /401/ },
  {
    does: 'cannot be had (500 twice)',
    fault: { kind: 'status', status: 500 },
    saw: 'download-failed',
    says: /500/,
  },
  { does: 'is a web page', fault: { kind: 'html' }, saw: 'unexpected-html', says: /HTML/i },
  { does: 'has a wrong byte', fault: { kind: 'corrupt' }, saw: 'integrity', says: /sha256/ },
  { does: 'ends a byte early', fault: { kind: 'short' }, saw: 'integrity', says: /bytes|sha256/ },
  {
    does: 'breaks off in mid-body, twice',
    fault: { kind: 'reset' },
    saw: 'download-failed',
    says: /network|broke/,
  },
  {
    does: 'stalls in mid-body, twice',
    fault: { kind: 'stall' },
    saw: 'download-failed',
    says: /nothing came/,
  },
  {
    does: 'is never answered',
    fault: { kind: 'hang' },
    saw: 'download-failed',
    says: /nothing came|no answer/,
  },
];

/** Each file of a model, spoilt in each way; and hosts that get well again while they are asked. */
export const NETWORK: Fault[] = [
  ...FILES.flatMap((file) =>
    KINDS.map(({ does, fault, saw, says }): Fault => ({
      fault: `${file} ${does}`,
      cause: ({ server }) => server.fault(file, fault),
      options: RETRY_ONCE,
      saw,
      says,
    })),
  ),
  ...[500, 503, 429].map((status): Fault => ({
    fault: `weights answered ${status} once, then right`,
    cause: ({ server }) => server.fault(WEIGHTS, { kind: 'status', status, times: 1 }),
    options: RETRY_ONCE,
    saw: 'ranked',
  })),
  {
    fault: 'weights that break off once, then come',
    cause: ({ server }) => server.fault(WEIGHTS, { kind: 'reset', times: 1 }),
    options: RETRY_ONCE,
    saw: 'ranked',
  },
  {
    fault: 'a server that asks to wait a second (Retry-After)',
    cause: ({ server }) => server.fault(WEIGHTS, { kind: 'status', status: 503, retryAfter: 1, times: 1 }),
    options: RETRY_ONCE,
    saw: 'ranked',
  },
  {
    fault: 'a slow line (all files in drips)',
    cause: ({ server }) => server.fault(/tiny/, { kind: 'drip', chunkBytes: 8192, everyMs: 20 }),
    saw: 'ranked',
  },
  {
    fault: 'the network goes off before loading',
    cause: ({ page }) => page.context().setOffline(true),
    options: { ...RETRY_ONCE, cache: false },
    saw: 'download-failed',
  },
  {
    fault: 'a manifest that is no JSON',
    cause: ({ server }) => server.fault('reranker.json', { kind: 'content', body: '{"files":' }),
    saw: 'invalid-data',
  },
  {
    fault: 'a manifest without files',
    cause: ({ server }) => server.fault('reranker.json', { kind: 'content', body: '{}' }),
    saw: 'invalid-data',
  },
  {
    fault: 'a manifest of null',
    cause: ({ server }) => server.fault('reranker.json', { kind: 'content', body: 'null' }),
    saw: 'invalid-data',
  },
  {
    fault: 'a manifest that stalls',
    cause: ({ server }) => server.fault('reranker.json', { kind: 'stall' }),
    options: RETRY_ONCE,
    saw: 'download-failed',
  },
  {
    fault: 'a model that nobody has (Hub)',
    model: 'hub',
    options: { model: 'someone/else' },
    saw: 'unauthorized',
    recovers: false,
  },
  {
    fault: 'a revision that there is not (Hub)',
    model: 'hub',
    options: { revision: 'nonsense' },
    saw: 'not-found',
    recovers: false,
  },
  ...['config.json', 'tokenizer.json', WEIGHTS].map((file): Fault => ({
    fault: `Hub: one wrong answer with status 200 for ${file}`,
    model: 'hub',
    cause: ({ server }) =>
      server.fault(file, { kind: 'content', body: 'Sign in to the network of Hotel Berlin', times: 1 }),
    options: { dtype: 'q8', retries: 0 },
    saw: file === WEIGHTS ? 'backend-failed' : 'invalid-data',
  })),
];
