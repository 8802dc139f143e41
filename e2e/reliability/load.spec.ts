import { planRows, recordRow } from '../../src/testing/record.js';
import { expect, test } from '../support.js';

// Load: memory of the page and its workers stays flat whatever is asked of them.

/** A workload: what the page does once to warm up, and then as often as stated. */
const WORKLOADS = {
  '2,000 rankings': { warm: 300, times: 2_000, body: 'await shared.rank(QUERY, PASSAGES)' },
  '100 calls at once, ten times': {
    warm: 3,
    times: 10,
    body: 'await Promise.all(Array.from({ length: 100 }, () => shared.rank(QUERY, PASSAGES)))',
  },
  '8 rerankers at once, ten times': {
    warm: 3,
    times: 10,
    body: `const all = await Promise.all(Array.from({ length: 8 }, () => create()));
      await Promise.all(all.map((each) => each.rank(QUERY, PASSAGES)));
      await Promise.all(all.map((each) => each.dispose()))`,
  },
  'create, rank and dispose, 50 times': {
    warm: 10,
    times: 50,
    body: 'const one = await create(); await one.rank(QUERY, PASSAGES); await one.dispose()',
  },
};

test.beforeAll(() => planRows('load', 'memory', Object.keys(WORKLOADS)));

for (const [workload, { warm, times, body }] of Object.entries(WORKLOADS)) {
  test(`memory stays flat: ${workload}`, async ({ open }) => {
    test.setTimeout(15 * 60_000);
    const { page } = await open({ isolated: true });
    const { before, after } = await page.evaluate<{ before: number; after: number }>(`(async () => {
      const QUERY = 'what keeps a boat upright';
      const PASSAGES = ['The keel holds the boat upright.', 'A sonnet has fourteen lines.'];
      const create = () => library.createReranker({ model: '/tiny/tiny-bert/', device: 'wasm', dtype: 'fp32', workers: 1, threads: 1 });
      const shared = await create();
      const memory = async () => (await performance.measureUserAgentSpecificMemory()).bytes;
      const run = async (times) => { for (let time = 0; time < times; time++) { ${body}; } };
      await run(${warm});
      const before = await memory();
      await run(${times});
      const after = await memory();
      await shared.dispose();
      return { before, after };
    })()`);
    recordRow('load', 'memory', workload, { workload, before, after });
    console.log(`${workload}: ${(before / 1e6).toFixed(2)} MB, then ${(after / 1e6).toFixed(2)} MB`);
    expect(before).toBeGreaterThan(1e6); // the runtime's memory is counted
    expect(after).toBeLessThan(before * 1.02);
    await expect.poll(() => page.workers().length).toBe(0);
  });
}
