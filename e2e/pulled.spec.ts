import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '../scripts/hub-server.js';
import { pull } from '../src/cli/pull.js';
import { readArchitectures } from '../src/testing/architectures.js';
import { fixture } from '../src/testing/fixtures.js';
import { thisThread } from '../src/testing/this-thread.js';
import { expect, test } from './support.js';

test('a folder that was pulled opens in a page, is held to its logits, and scores as the reference', async ({
  open,
}) => {
  const dir = mkdtempSync(join(tmpdir(), 'browser-reranker-pulled-'));
  const hub = await startServer({
    models: { 'owner/tiny': { dir: fileURLToPath(fixture('architectures/bert/')) } },
  });
  try {
    await pull(['owner/tiny', dir, '--dtype', 'fp32,q8', '--hub-host', hub.url], thisThread());
    const { pairs, models } = readArchitectures();
    const { page, server } = await open({ mounts: [{ dir, at: '/pulled' }] });
    const { logits, info } = await page.evaluate(async (pairs) => {
      const reranker = await window.library.createReranker({
        model: '/pulled/',
        device: 'wasm',
        dtype: 'fp32',
      });
      const logits = [...(await reranker.predict(pairs))];
      await reranker.dispose();
      return { logits, info: reranker.info };
    }, pairs);
    for (const [index, logit] of (models.bert?.logits ?? []).entries())
      expect(logits[index]).toBeCloseTo(logit, 3);
    expect(info).toMatchObject({ model: 'owner/tiny', dtype: 'fp32', attempts: [{ ok: true }] });
    expect(
      server.requests.filter(({ path, status }) => path.startsWith('/pulled/') && status >= 400),
    ).toEqual([]);
  } finally {
    await hub.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
