import {
  BERLIN,
  complaintsOf,
  expect,
  failureOf,
  rankOnce,
  STRICT_CSP,
  test,
  TINY_MODEL,
} from './support.js';

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

for (const isolated of [false, true]) {
  test(`Trusted Types: ${isolated ? 'threads' : 'a pool'} under the policy that the package makes`, async ({
    open,
    page,
  }) => {
    const problems = complaintsOf(page);
    await open({ isolated, csp: STRICT_CSP });
    const share = isolated ? { threads: 2 } : { workers: 2 };
    const { info, ranking } = await rankOnce(page, {
      model: 'minilm-l6-rerank-en',
      device: 'wasm',
      ...share,
    });
    expect(info).toMatchObject(share);
    expect(ranking).toHaveLength(10);
    expect(problems).toEqual([]);
    // Trusted Types are really in force, and the page's own name for workers is as it was.
    const refused = await page.evaluate(() => {
      try {
        new Worker('/worker.js').terminate();
        return 'started';
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(refused).toBe('TypeError');
  });
}

test('Trusted Types: WebGPU works under them too', async ({ open, page }) => {
  const problems = complaintsOf(page);
  await open({ csp: STRICT_CSP });
  const { info } = await rankOnce(page, { model: TINY_MODEL, device: 'webgpu', dtype: 'fp32' });
  expect(info.device).toBe('webgpu');
  expect(problems.filter((text) => /policy|trusted/i.test(text))).toEqual([]);
});

test('Trusted Types: a page that allows other policies only is told which to add', async ({ open, page }) => {
  await open({ csp: STRICT_CSP.replace('trusted-types browser-reranker', 'trusted-types lit-html') });
  const failure = await failureOf(page, { model: TINY_MODEL, device: 'wasm', dtype: 'fp32' });
  expect(failure).toMatchObject({
    code: 'unsupported-environment',
    message: expect.stringMatching(/Add browser-reranker to its directive trusted-types/),
  });
});

test("Trusted Types: createWorker may use the page's own policy", async ({ open, page }) => {
  await open({
    csp: STRICT_CSP.replace('trusted-types browser-reranker', 'trusted-types mine browser-reranker'),
  });
  const length = await page.evaluate(
    async ([model, query, passages]) => {
      const RealWorker = window.Worker;
      let url = '';
      window.Worker = class extends RealWorker {
        constructor(...parameters: ConstructorParameters<typeof Worker>) {
          super(...parameters);
          url = String(parameters[0]);
        }
      };
      const first = await window.library.createReranker({ model, device: 'wasm', dtype: 'fp32', workers: 1 });
      await first.dispose();
      window.Worker = RealWorker;
      const { trustedTypes } = window as unknown as {
        trustedTypes: {
          createPolicy: (name: string, rules: object) => { createScriptURL: (url: string) => string };
        };
      };
      const policy = trustedTypes.createPolicy('mine', { createScriptURL: (given: string) => given });
      const reranker = await window.library.createReranker({
        model,
        device: 'wasm',
        dtype: 'fp32',
        createWorker: () => new Worker(policy.createScriptURL(url), { type: 'module' }),
      });
      return (await reranker.rank(query, passages)).length;
    },
    [TINY_MODEL, BERLIN.query, BERLIN.passages] as const,
  );
  expect(length).toBe(10);
});
