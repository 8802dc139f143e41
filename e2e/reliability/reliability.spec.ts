import { planRows, recordRow } from '../../src/testing/record.js';
import { expect, test } from '../support.js';
import { CALLS } from './calls.js';
import { act, type Fault, type Seen } from './fault.js';
import { GPU } from './gpu.js';
import { INPUTS } from './inputs.js';
import { NETWORK } from './network.js';
import { STORAGE } from './storage.js';
import { WORKERS } from './workers.js';

// Every row of docs/reliability.md: the fault is caused, the caller sees what was promised within the time stated, nothing is
// left running, and the same page ranks once the cause is gone.

const GROUPS = { network: NETWORK, storage: STORAGE, workers: WORKERS, gpu: GPU, calls: CALLS };
const TINY = new URL('../../src/testing/fixtures/tiny-bert', import.meta.url).pathname;

/** Scores of the three passages when nothing goes wrong, by model. */
const right = new Map<string, number[]>();

test.describe.configure({ timeout: 120_000 });

for (const [group, faults] of Object.entries(GROUPS) as [keyof typeof GROUPS, Fault[]][]) {
  test.describe(group, () => {
    test.beforeAll(() =>
      planRows(
        'faults',
        group,
        faults.map(({ fault }) => fault),
      ),
    );
    for (const fault of faults) {
      test(fault.fault, async ({ open, page }) => {
        if (fault.init) await page.addInitScript(fault.init);
        const harness = await open({ ...fault.server, models: { 'someone/tiny': { dir: TINY } } });
        const hub = harness.server.url;
        await fault.cause?.(harness);
        const seen = await act(page, fault, hub);
        recordRow('faults', group, fault.fault, { fault: fault.fault, ...told(seen), ms: seen.ms });
        expect(seen, seen.message).toMatchObject({ outcome: fault.saw });
        expect(seen.message).toMatch(fault.says ?? /^/);
        expect(seen.ms).toBeLessThan(fault.within ?? 15_000);
        if (fault.saw === 'ranked') await expectRight(seen, fault.model);
        await expect.poll(() => page.workers().length).toBe(0);

        if (fault.recovers === false) return;
        harness.server.clearFaults();
        await page.context().setOffline(false);
        // A fault of the page itself (init) stays; what was on the way is past.
        const after = await act(
          page,
          {
            fault: '',
            saw: 'ranked',
            ...(fault.model && { model: fault.model }),
            options: { timeout: 30_000 },
          },
          hub,
        );
        expect(after, after.message).toMatchObject({ outcome: 'ranked' });
        await expectRight(after, fault.model);
      });
    }
  });
}

test.describe('inputs', () => {
  test.beforeAll(() =>
    planRows(
      'faults',
      'inputs',
      INPUTS.map(({ call }) => call),
    ),
  );
  test('wrong arguments are refused in words that say which, what was expected and what to do', async ({
    open,
  }) => {
    const { page } = await open();
    await page.evaluate(async (model) => {
      const reranker = await window.library.createReranker({ model, device: 'wasm', workers: 1 });
      Object.assign(window, {
        reranker,
        createReranker: window.library.createReranker,
        model,
        device: 'wasm',
      });
    }, '/tiny/tiny-staged/');
    for (const { call, saw = 'invalid-input' } of INPUTS) {
      const seen = await page.evaluate<Seen>(`(async () => {
        const start = performance.now();
        const done = (outcome, message) => ({ outcome, message, scores: [], ms: performance.now() - start });
        try { await ${call}; return done('ranked', ''); }
        catch (error) { return done(error.name === 'RerankError' ? error.code : error.name, error.message); }
      })()`);
      recordRow('faults', 'inputs', call, { fault: `\`${call}\``, ...told(seen), ms: seen.ms });
      expect.soft(seen, call).toMatchObject({ outcome: saw });
      expect.soft(seen.message.length, call).toBeGreaterThan(20);
      expect.soft(seen.ms, call).toBeLessThan(5_000);
    }
    // None of them did any harm.
    const ranked = await page.evaluate(
      `reranker.rank('a boat', ['The keel.', 'A sonnet.']).then((ranking) => ranking.length)`,
    );
    expect(ranked).toBe(2);
  });
});

/** A row's words: the outcome, and the first sentence of its message. */
function told({ outcome, message }: Seen): { outcome: string; message: string } {
  const sentence = /^.*?\.(?=\s|$)/s.exec(message)?.[0] ?? message;
  return { outcome, message: sentence.replace(/https?:\/\/localhost:\d+/g, '').slice(0, 160) };
}

/** The scores are those of a page where nothing goes wrong, which the parity tests hold to the reference's. */
async function expectRight({ scores }: Seen, model: Fault['model'] = 'manifest'): Promise<void> {
  const known = right.get(model) ?? scores;
  right.set(model, known);
  expect(scores).toHaveLength(3);
  for (const [index, score] of scores.entries()) expect(score).toBeCloseTo(known[index]!, 3);
}
