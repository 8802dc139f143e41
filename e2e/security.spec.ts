import { BERLIN, complaintsOf, expect, rankOnce, STRICT_CSP, test, TINY_MODEL } from './support.js';

test('no origin is asked but the page and the host that the page names', async ({ open, page }) => {
  const origins = new Set<string>();
  page.context().on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'blob:' && url.protocol !== 'data:') origins.add(url.origin);
  });
  const { server } = await open({ csp: STRICT_CSP });
  await rankOnce(page, { model: 'minilm-l3-rerank-en', device: 'wasm' });
  await rankOnce(page, { model: TINY_MODEL, device: 'auto' });
  expect([...origins]).toEqual([server.url]);
});

test('hostile texts are ranked as texts and handed back as they were', async ({ open, page }) => {
  const complaints = complaintsOf(page);
  await open({ csp: STRICT_CSP });
  const passages = [
    '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>',
    "'; DROP TABLE passages; --",
    '\u001b]0;owned\u0007\u001b[2J',
    '\ud800 lone \udc00 surrogates',
    '\u202eright to left\u202c and \u200b\u200b nothing',
    '[CLS] [SEP] [MASK] [PAD] [UNK]',
    '{"__proto__": {"text": "owned"}}',
    '\0'.repeat(1_000),
    'a'.repeat(1_000_000),
    '𝕬'.repeat(50_000),
  ];
  const title = await page.title();
  const { ranking } = await rankOnce(
    page,
    { model: 'minilm-l3-rerank-en', device: 'wasm' },
    { query: passages[0]!, passages },
  );
  expect(ranking.map(({ index }) => index).sort((a, b) => a - b)).toEqual(passages.map((_, index) => index));
  for (const { index, document, score } of ranking) {
    expect(document).toBe(passages[index]);
    expect(Number.isFinite(score)).toBe(true);
  }
  expect(await page.title()).toBe(title);
  expect(await page.evaluate(() => ({}))).not.toHaveProperty('text');
  expect(complaints).toEqual([]);
  const { ranking: after } = await rankOnce(page, { model: 'minilm-l3-rerank-en', device: 'wasm' }, BERLIN);
  expect(after[0]?.index).toBe(0);
});
