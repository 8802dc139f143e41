import type { Page } from '@playwright/test';
import { planRows, recordRow } from '../../src/testing/record.js';
import { seeded } from '../../src/testing/random.js';
import { expect, test, type Harness } from '../support.js';

// Random sequences of what a page and its surroundings do, in real Chromium: whatever comes, each call ends as it should, with
// the right scores or a typed error, and nothing of ours is left afterwards. `CHAOS_SEED` and `CHAOS_SEQUENCES` run others.

const SEED = Number(process.env.CHAOS_SEED ?? 20_261_125);
const SEQUENCES = Number(process.env.CHAOS_SEQUENCES ?? 200);

/** Errors that a sequence may end in; anything else is a fault of ours. */
const PROMISED = [
  'AbortError',
  'disposed',
  'download-failed',
  'integrity',
  'not-found',
  'unexpected-html',
  'worker-failed',
  'timeout',
  'backend-failed',
  'run-failed',
];

/** One call's end. */
interface Ended {
  outcome: string;
  message: string;
}

/** What the page did in a sequence, and what it left behind. */
interface Sequence {
  ended: Ended[];
  /** Timers of the page that still run, apart from the test's own. */
  timers: number;
  /** Calls that had no outcome within the time. */
  open: number;
}

/** Counts timers, keeps hold of workers, and lets a worker end as if the system had ended it. */
const PREPARE = `{
  const RealWorker = window.Worker;
  window.workers = [];
  window.Worker = class extends RealWorker {
    constructor(url, options) {
      const program = 'new BroadcastChannel("end").onmessage = ({ data }) => Math.random() < data && self.close(); import ' + JSON.stringify(String(url));
      super(URL.createObjectURL(new Blob([program], { type: 'text/javascript' })), options);
      workers.push(this);
    }
  };
  const { setTimeout: start, clearTimeout: stop } = window;
  window.timers = new Set();
  window.realTimeout = start.bind(window);
  window.setTimeout = (work, ...rest) => {
    const timer = start(() => { timers.delete(timer); work(); }, ...rest);
    timers.add(timer);
    return timer;
  };
  window.clearTimeout = (timer) => { timers.delete(timer); stop(timer); };
}`;

/** The page's side: does the steps, in the order given, and waits for every call's end. */
const RUN = `async ({ options, steps }) => {
  const texts = ['The keel holds the boat upright.', 'A sonnet has fourteen lines.', 'Bread rises with yeast.'];
  const calls = [];
  const wait = (ms) => new Promise((resolve) => realTimeout(resolve, ms));
  const watch = (call) => void calls.push(call.then(
    (scores) => ({ outcome: scores ? 'ranked' : 'loaded', message: (scores ?? []).join() }),
    (error) => ({ outcome: error?.name === 'RerankError' ? error.code : String(error?.name), message: String(error?.message) }),
  ));
  const loading = new AbortController();
  const created = library.createReranker({ ...options, signal: loading.signal });
  watch(created.then(() => undefined));
  const withReranker = async (work) => work(await created);
  const rank = (reranker, times, options) => {
    const many = Array.from({ length: times }, () => texts).flat();
    return reranker.rank('what keeps a boat upright', many, { activation: 'identity', ...options })
      .then((ranking) => many.map((_, index) => ranking.find((each) => each.index === index).score));
  };
  for (const step of steps) {
    if (step.kind === 'wait') await wait(step.ms);
    else if (step.kind === 'abort loading') loading.abort();
    else if (step.kind === 'rank') {
      const controller = new AbortController();
      watch(withReranker((reranker) => rank(reranker, step.times, step.abortAfter === undefined ? {} : { signal: controller.signal })));
      if (step.abortAfter !== undefined) realTimeout(() => controller.abort(), step.abortAfter);
    } else if (step.kind === 'end workers') new BroadcastChannel('end').postMessage(step.share);
    else if (step.kind === 'crash') workers.at(-1)?.dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }));
    else if (step.kind === 'dispose') void created.then((reranker) => reranker.dispose(), () => undefined);
    else if (step.kind === 'wait for calls') await Promise.race([Promise.allSettled(calls), wait(20_000)]);
  }
  let open = calls.length;
  const ended = [];
  for (const call of calls) void call.then((end) => { ended.push(end); open--; });
  await Promise.race([Promise.all(calls), wait(60_000)]);
  await created.then((reranker) => reranker.dispose(), () => undefined);
  await wait(50);
  return { ended, timers: timers.size, open };
}`;

const MODELS = ['/tiny/tiny-staged/', '/tiny/tiny-bert/'];

test('200 seeded sequences end right, or in a typed error, and leave nothing behind', async ({
  open,
  page,
}) => {
  test.setTimeout(30 * 60_000);
  planRows('chaos', 'sequences', ['ranked', 'loaded', ...PROMISED]);
  await page.addInitScript(PREPARE);
  const harness = await open();
  const right = await rightScores(page);
  const counts = new Map<string, number>();
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const random = seeded(SEED + sequence);
    const plan = planOf(random);
    harness.server.clearFaults();
    spoil(harness, random);
    const result = await page.evaluate<Sequence>(`(${RUN})(${JSON.stringify(plan)})`);
    const told = `sequence ${sequence}: ${JSON.stringify({ plan, result })}`;
    for (const { outcome, message } of result.ended) {
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      expect(['ranked', 'loaded', ...PROMISED], told).toContain(outcome);
      if (outcome !== 'ranked') continue;
      const expected = right.get(plan.options.model)!;
      for (const [index, score] of message.split(',').entries())
        expect(Math.abs(Number(score) - expected[index % 3]!), told).toBeLessThan(1e-2);
    }
    expect(result, told).toMatchObject({ timers: 0, open: 0 });
    await expect.poll(() => page.workers().length, told).toBe(0);
  }
  for (const outcome of ['ranked', 'loaded', ...PROMISED])
    recordRow('chaos', 'sequences', outcome, { outcome, calls: counts.get(outcome) ?? 0 });
  console.log(Object.fromEntries(counts));
  // It is chaos, but not nothing but failures.
  expect(counts.get('ranked')).toBeGreaterThan(SEQUENCES / 2);
  expect(counts.size).toBeGreaterThan(4);
});

/** Scores of the three passages by model when nothing goes wrong. */
async function rightScores(page: Page): Promise<Map<string, number[]>> {
  const scores = new Map<string, number[]>();
  for (const model of MODELS) {
    const plan = { options: { model, device: 'wasm', dtype: 'fp32' }, steps: [{ kind: 'rank', times: 1 }] };
    const { ended } = await page.evaluate<Sequence>(`(${RUN})(${JSON.stringify(plan)})`);
    const ranked = ended.find(({ outcome }) => outcome === 'ranked');
    expect(ranked, JSON.stringify(ended)).toBeDefined();
    scores.set(model, ranked!.message.split(',').map(Number));
  }
  return scores;
}

/** A random sequence: how the model is loaded, and what is done then. */
function planOf(random: () => number): {
  options: { model: string } & Record<string, unknown>;
  steps: object[];
} {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const options = {
    model: pick(MODELS),
    device: 'wasm',
    dtype: 'fp32', // dynamic int8 moves with its batch
    workers: pick([1, 1, 2]),
    batchTokens: pick([64, 128, 512]),
    retries: pick([0, 1]),
    stallTimeout: 1_000,
    timeout: 10_000,
    cache: pick([true, false]),
    ...(random() < 0.3 && { idleTimeout: pick([20, 200]) }),
    ...(random() < 0.3 && { keptPassageBytes: pick([0, 100_000]) }),
  };
  const step = () =>
    pick([
      () => ({ kind: 'rank', times: pick([1, 5, 20]) }),
      () => ({ kind: 'rank', times: pick([1, 20]), abortAfter: pick([0, 20, 200]) }),
      () => ({ kind: 'wait', ms: pick([0, 10, 100, 400]) }),
      () => ({ kind: 'wait for calls' }),
      () => ({ kind: 'end workers', share: pick([0.5, 1]) }),
      () => ({ kind: 'crash' }),
      () => (random() < 0.3 ? { kind: 'dispose' } : { kind: 'rank', times: 2 }),
      () => (random() < 0.2 ? { kind: 'abort loading' } : { kind: 'rank', times: 3 }),
    ])();
  return { options, steps: Array.from({ length: 3 + Math.floor(random() * 6) }, step) };
}

/** Something random that the network does in this sequence; mostly nothing. */
function spoil({ server }: Harness, random: () => number): void {
  if (random() < 0.6) return;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const file = pick(['reranker.json', 'config.json', 'tokenizer.json', '.onnx', '.onnx', '.wasm']);
  const times = pick([1, 1, 2, 10]);
  server.fault(file, {
    ...pick([
      { kind: 'status', status: 503 },
      { kind: 'status', status: 404 },
      { kind: 'reset' },
      { kind: 'stall' },
      { kind: 'hang' },
      { kind: 'html' },
      { kind: 'corrupt' },
      { kind: 'drip', chunkBytes: 16_384, everyMs: 10 },
    ] as const),
    times,
  });
}
