import type { Fault } from './fault.js';

const ENTRY = /\/entry-.*\.js$/;
const RUNTIME = /\.wasm$/;

/** Workers that end when the page says so, by a channel: as if the system had ended them. */
const MORTAL = `{
  const RealWorker = window.Worker;
  window.started = 0;
  window.Worker = class extends RealWorker {
    constructor(url, options) {
      const program = 'new BroadcastChannel("end").onmessage = () => self.close(); import ' + JSON.stringify(String(url));
      super(window.started++ === 0 ? URL.createObjectURL(new Blob([program], { type: 'text/javascript' })) : url, options);
    }
  };
  window.endWorker = () => new BroadcastChannel('end').postMessage('now');
}`;

/** Ranks long enough to be hit in the middle; \`event\` happens after the first batch. */
const inMidRank = (event: string) => `async () => {
  const reranker = await load({ workers: 1, batchTokens: 128, timeout: 5000 });
  let happened = false;
  const onPartial = () => {
    if (happened) return;
    happened = true;
    ${event};
  };
  const result = await seen(() => rank(reranker, { onPartial }, 40));
  await reranker.dispose();
  return result;
}`;

const CRASH = `{
  const RealWorker = window.Worker;
  window.workers = [];
  window.Worker = class extends RealWorker {
    constructor(...parameters) { super(...parameters); workers.push(this); }
  };
}`;

/** Workers and their runtime that are missing, broken, silent or ended. */
export const WORKERS: Fault[] = [
  {
    fault: "the worker's script is not there (404)",
    cause: ({ server }) => server.fault(ENTRY, { kind: 'status', status: 404 }),
    saw: 'worker-failed',
  },
  {
    fault: "the worker's script is a web page",
    cause: ({ server }) => server.fault(ENTRY, { kind: 'html' }),
    saw: 'worker-failed',
  },
  {
    fault: "the worker's script is broken",
    cause: ({ server }) =>
      server.fault(ENTRY, { kind: 'content', body: 'throw new Error("broken")', type: 'text/javascript' }),
    saw: 'worker-failed',
  },
  {
    fault: "the worker's script never comes",
    cause: ({ server }) => server.fault(ENTRY, { kind: 'hang' }),
    options: { timeout: 1500 },
    saw: 'timeout',
  },
  {
    fault: 'the runtime is not there (404)',
    cause: ({ server }) => server.fault(RUNTIME, { kind: 'status', status: 404 }),
    saw: 'backend-failed',
  },
  {
    fault: 'the runtime is a web page',
    cause: ({ server }) => server.fault(RUNTIME, { kind: 'html' }),
    saw: 'backend-failed',
  },
  {
    fault: 'the runtime has a wrong byte',
    cause: ({ server }) => server.fault(RUNTIME, { kind: 'corrupt' }),
    saw: 'backend-failed',
  },
  {
    fault: 'the runtime never comes',
    cause: ({ server }) => server.fault(RUNTIME, { kind: 'hang' }),
    options: { timeout: 2500 },
    saw: 'timeout',
  },
  {
    fault: 'a policy forbids workers',
    server: { csp: "worker-src 'none'" },
    saw: 'worker-failed',
    recovers: false,
  },
  {
    fault: 'a policy forbids WebAssembly',
    server: { csp: "script-src 'self' 'unsafe-eval'".replace("'unsafe-eval'", '') },
    saw: 'backend-failed',
    recovers: false,
  },
  {
    fault: 'no workers at all',
    init: "Object.defineProperty(window, 'Worker', { value: undefined });",
    saw: 'unsupported-environment',
    recovers: false,
  },
  {
    fault: 'createWorker throws',
    act: "() => seen(() => rankOnce({ createWorker: () => { throw new Error('mine'); } }))",
    saw: 'worker-failed',
  },
  {
    fault: 'createWorker gives nothing',
    act: '() => seen(() => rankOnce({ createWorker: () => null }))',
    saw: 'worker-failed',
  },
  {
    fault: "createWorker gives another program's worker",
    act: "() => seen(() => rankOnce({ timeout: 1500, createWorker: () => new Worker(URL.createObjectURL(new Blob(['']))) }))",
    saw: 'timeout',
  },
  {
    fault: 'a worker ends without an event in mid-ranking',
    init: MORTAL,
    act: inMidRank('endWorker()'),
    saw: 'ranked',
  },
  {
    fault: 'the same where there are no Web Locks',
    init: `${MORTAL} Object.defineProperty(navigator, 'locks', { value: undefined });`,
    act: inMidRank('endWorker()'),
    saw: 'ranked',
    within: 30_000,
  },
  {
    fault: 'a worker fails in mid-ranking (error event)',
    init: CRASH,
    act: inMidRank(
      "workers[0].dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }))",
    ),
    saw: 'ranked',
  },
  {
    fault: 'messages that cannot be read (messageerror)',
    init: CRASH,
    act: inMidRank("workers[0].dispatchEvent(new MessageEvent('messageerror'))"),
    saw: 'ranked',
  },
  {
    fault: 'a worker ends between two calls',
    init: MORTAL,
    act: `async () => {
      const reranker = await load({ workers: 1 });
      endWorker();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const result = await seen(() => rank(reranker));
      await reranker.dispose();
      return result;
    }`,
    saw: 'ranked',
  },
  { fault: 'threads asked for where the page is not isolated', options: { threads: 4 }, saw: 'ranked' },
  {
    fault: 'threads on an isolated page',
    server: { isolated: true },
    options: { threads: 2 },
    saw: 'ranked',
  },
];
