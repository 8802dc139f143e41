import { expect, test, TINY_MODEL } from './support.js';

test.setTimeout(600_000);

/** What the page and its workers hold once the browser has tidied up, in bytes (isolated pages only). */
interface MeasuringPerformance extends Performance {
  measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
}

for (const device of ['webgpu', 'wasm'] as const) {
  test(`memory stays flat over 500 calls on ${device}`, async ({ open }) => {
    const { page } = await open({ isolated: true });
    const { warm, atEnd } = await page.evaluate(
      async ([model, device]) => {
        const reranker = await window.library.createReranker({ model, device, dtype: 'fp32', threads: 1 });
        const passages = ['The keel holds the boat upright.', 'A sonnet has fourteen lines.'];
        // The same words each time: those of other texts are kept too, up to a limit.
        const rank = async (calls: number) => {
          for (let call = 0; call < calls; call++) await reranker.rank('what keeps a boat upright', passages);
        };
        // Not in TypeScript's own types yet.
        const memory = async () =>
          (await (performance as MeasuringPerformance).measureUserAgentSpecificMemory()).bytes;
        await rank(300); // the browser's compiled code counts, and it compiles what has run often
        const warm = await memory();
        await rank(500);
        const atEnd = await memory();
        await reranker.dispose();
        return { warm, atEnd };
      },
      [TINY_MODEL, device] as const,
    );
    console.log(
      `${device}: ${(warm / 1e6).toFixed(2)} MB after 300 calls, ${(atEnd / 1e6).toFixed(2)} MB after 800`,
    );
    expect(warm).toBeGreaterThan(1e6); // the runtime's memory is counted
    expect(atEnd).toBeLessThan(warm * 1.02);
  });
}

test('memory stays flat over 200 search sessions that are typed into', async ({ open }) => {
  const { page } = await open({ isolated: true });
  const { warm, atEnd, ranked } = await page.evaluate(async (model) => {
    const { createSearchSession } = await window.searchRoom();
    const reranker = await window.library.createReranker({
      model,
      device: 'wasm',
      dtype: 'fp32',
      threads: 1,
    });
    const passages = Array.from({ length: 8 }, (_, index) => `The keel holds boat number ${index} upright.`);
    let ranked = 0;
    const type = async (sessions: number) => {
      for (let count = 0; count < sessions; count++) {
        const session = createSearchSession({ search: () => passages, reranker, debounce: 0, partial: true });
        const stop = session.subscribe(() => {});
        const typed = 'what keeps it afloat';
        for (let length = 1; length < typed.length; length++) {
          session.setQuery(typed.slice(0, length));
          await new Promise((done) => setTimeout(done, 2));
        }
        if ((await session.search(typed)).order === 'reranked') ranked++;
        stop();
        session.dispose();
      }
    };
    const memory = async () =>
      (await (performance as MeasuringPerformance).measureUserAgentSpecificMemory()).bytes;
    await type(100); // the browser's compiled code counts, and it compiles what has run often
    const warm = await memory();
    await type(200);
    const atEnd = await memory();
    await reranker.dispose();
    return { warm, atEnd, ranked };
  }, TINY_MODEL);
  console.log(`sessions: ${(warm / 1e6).toFixed(2)} MB after 100, ${(atEnd / 1e6).toFixed(2)} MB after 300`);
  expect(ranked).toBe(300);
  expect(warm).toBeGreaterThan(1e6);
  expect(atEnd).toBeLessThan(warm * 1.02);
});
