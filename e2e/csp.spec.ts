import { complaintsOf, expect, rankOnce, test } from './support.js';

test("the built page works under script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'", async ({
  open,
  page,
}) => {
  const problems = complaintsOf(page);
  await open({ csp: "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'" });
  const pool = await rankOnce(page, { model: 'minilm-l6-rerank-en', device: 'wasm', workers: 2 });
  expect(pool.ranking).toHaveLength(10);
  expect(problems).toEqual([]);
  // The policy is really in force.
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "inline script ran"';
    document.head.append(script);
    return document.title === 'inline script ran';
  });
  expect(ran).toBe(false);
});

test('threads work under the same policy on an isolated page', async ({ open, page }) => {
  const problems = complaintsOf(page);
  await open({ isolated: true, csp: "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'" });
  const { info, ranking } = await rankOnce(page, {
    model: 'minilm-l6-rerank-en',
    device: 'wasm',
    threads: 2,
  });
  expect(info.threads).toBe(2);
  expect(ranking).toHaveLength(10);
  expect(problems).toEqual([]);
});
