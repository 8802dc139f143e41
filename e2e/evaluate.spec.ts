import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test as base, type Page } from '@playwright/test';
import { build } from 'vite';
import type { ReportData } from '../src/evaluation/index.js';
import { startServer } from '../scripts/hub-server.js';
import { allowOnly, complaintsOf, STRICT_CSP } from './support.js';

// The built page under a strict policy, beside the terminal's command on the same folder and the same weights.

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const DIST = root('dist-e2e/evaluate');
const PATIENT = { timeout: 60_000 };

const TOPICS = [
  [
    'How do I descale a kettle?',
    'To descale a kettle, boil vinegar and water in it.',
    'Our kettles are red.',
  ],
  ['When is the museum open?', 'The museum opens at ten and closes at six.', 'Museum shop: cards and books.'],
  ['May dogs ride on the train?', 'Small dogs ride on trains for free.', 'Train staff wear blue.'],
  ['What makes sourdough rise?', 'Wild yeast makes sourdough rise.', 'Sourdough is sold by the loaf.'],
  ['Who wrote the ninth symphony?', 'Beethoven wrote nine symphonies.', 'The hall seats nine hundred.'],
  ['What is the capital of Australia?', 'Canberra is the capital of Australia.', 'Sydney has a harbour.'],
] as const;

/** Six queries, each with the passages of all as candidates and a keyword search that prefers the wrong ones. */
function writeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  const write = (name: string, rows: string[]) => writeFileSync(join(folder, name), `${rows.join('\n')}\n`);
  const passages = TOPICS.flatMap(([, right, wrong], i) => [
    { _id: `wrong${i}`, title: '', text: wrong },
    { _id: `right${i}`, title: '', text: right },
  ]);
  const json = (row: object) => JSON.stringify(row);
  write('corpus.jsonl', passages.map(json));
  write(
    'queries.jsonl',
    TOPICS.map(([text], i) => json({ _id: `q${i}`, text })),
  );
  write('qrels.tsv', ['query-id\tcorpus-id\tscore', ...TOPICS.map((_, i) => `q${i}\tright${i}\t1`)]);
  const run = TOPICS.flatMap((_, query) =>
    passages.map(
      ({ _id }, i) => `q${query}\t${_id}\t0\t${(_id.endsWith(String(query)) ? 100 : 0) - i - query}`,
    ),
  );
  write('bm25.tsv', run);
  return folder;
}

const test = base.extend<{ site: { page: Page; folder: string } }>({
  site: async ({ page, context }, use) => {
    const server = await startServer({ mounts: [{ dir: DIST, at: '/demo' }], csp: STRICT_CSP });
    const complaints = complaintsOf(page);
    await allowOnly(context, server.url);
    const folder = writeFolder();
    await page.goto(`${server.url}/demo/evaluate.html`);
    await page.getByLabel('Device').selectOption('WASM');
    await use({ page, folder });
    expect(complaints).toEqual([]);
    rmSync(folder, { recursive: true });
    await server.close();
  },
});

test.beforeAll(async () => {
  const configFile = root('demo/vite.config.ts');
  await build({ configFile, logLevel: 'warn', build: { outDir: DIST } });
});

/** Drops files or folders on the drop zone, as a visitor does. */
async function drop(page: Page, ...paths: string[]): Promise<void> {
  const { x, y } = (await page.locator('#drop').boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: x + 20, y: y + 20, data });
  }
}

async function download(page: Page, button: string): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return readFileSync(await file.path(), 'utf8');
}

const done = (page: Page, queries: number) =>
  expect(page.locator('#summary')).toHaveText(`Done: ${queries} queries judged.`, PATIENT);

const start = (page: Page) => page.getByRole('button', { name: 'Start' }).click();

test('a folder gives the figures of the terminal', async ({ site }) => {
  const { page, folder } = site;
  await expect(page.getByRole('button', { name: 'Start' })).toBeDisabled();
  await page.getByLabel('Choose a folder').setInputFiles(folder);
  await expect(page.locator('#summary')).toHaveText(/^Ready to judge by site-/);
  await expect(page.getByLabel('Order before')).toHaveValue('bm25.tsv');
  await start(page);
  await done(page, 6);
  const args = ['--import', 'tsx', root('src/cli/main.ts'), 'eval', '--data', folder, '--run', 'bm25.tsv'];
  const terminal = JSON.parse(
    execFileSync(process.execPath, [...args, '--blend', '--json'], { encoding: 'utf8' }),
  ) as ReportData;
  const report = JSON.parse(await download(page, 'Download JSON')) as ReportData;
  const { queries, pairs, baseline, reranked, significance, perQuery } = terminal;
  expect(report).toMatchObject({ queries, pairs, baseline, reranked, significance, perQuery });
  expect(reranked['ndcg@10']).toBeGreaterThan((baseline['ndcg@10'] ?? 1) + 0.2);
  const cells = (figure: number | undefined) => figure?.toFixed(4) ?? '';
  await expect(page.getByRole('row', { name: 'ndcg@10' })).toContainText(
    `${cells(baseline['ndcg@10'])}${cells(reranked['ndcg@10'])}`,
  );
  await expect(page.locator('#verdict')).toContainText('ndcg@10: 6 better, 0 worse, 0 unchanged. p = 0.0313'); // 2 of 64
  await expect(page.getByRole('img', { name: 'ndcg@10 of 6 queries: 6 better' })).toBeVisible();
  await expect(page.locator('.changes-plot .after')).toHaveCount(6);
  await expect(page.locator('#wins tbody tr')).toHaveCount(5);
  await expect(page.locator('#losses')).toHaveText('No query got worse.');
  const plot = page.getByRole('img', { name: 'ndcg@10 at weights from 0, the model alone' });
  await expect(plot).toBeVisible();
  expect(report.blend).toEqual(terminal.blend);
  await expect(page.locator('#blend-verdict')).toContainText('by the engine alone');
  await plot.locator('xpath=ancestor::section').screenshot({ path: test.info().outputPath('blending.png') });
  const markdown = await download(page, 'Download Markdown');
  expect(markdown).toContain(`| ndcg@10 | ${cells(baseline['ndcg@10'])} | ${cells(reranked['ndcg@10'])} |`);
  expect(markdown).toContain('## Biggest wins');
});

test('dropped files are judged, stopped and taken up again; what is missing is named', async ({ site }) => {
  const { page, folder } = site;
  await drop(page, join(folder, 'corpus.jsonl'), join(folder, 'qrels.tsv'));
  await expect(page.getByRole('alert').first()).toContainText(
    'There is no queries.jsonl; got corpus.jsonl, qrels.tsv.',
  );
  const queries = Array.from({ length: 150 }, (_, i) =>
    JSON.stringify({ _id: `q${i}`, text: TOPICS[i % 6]![0] }),
  );
  writeFileSync(join(folder, 'queries.jsonl'), queries.join('\n'));
  writeFileSync(join(folder, 'qrels.tsv'), queries.map((_, i) => `q${i}\tright${i % 6}\t1`).join('\n'));
  mkdirSync(join(folder, 'qrels'));
  renameSync(join(folder, 'qrels.tsv'), join(folder, 'qrels/test.tsv'));
  rmSync(join(folder, 'bm25.tsv'));
  await drop(page, folder);
  await expect(page.locator('#summary')).toHaveText(/^Ready to judge by site-/);
  await expect(page.getByLabel('Order before')).toHaveValue('');
  await start(page);
  await expect(page.locator('#left')).toHaveText(/^\d+ of 150 queries, [\d.]+ m?s left$/, PATIENT);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.locator('#summary')).toHaveText(/^Stopped\./);
  await expect(page.locator('#verdict')).toContainText(/So far, of \d+ queries\./);
  const before = Number(/of (\d+) queries\.$/.exec(await page.locator('#verdict').innerText())?.[1]);
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(150);
  await page.getByLabel('Re-rank the first').fill('2');
  await page.getByLabel('Re-rank the first').blur();
  await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled();
  await page.getByLabel('Re-rank the first').fill('100');
  await page.getByLabel('Re-rank the first').blur();
  await page.getByRole('button', { name: 'Go on' }).click();
  expect(await page.locator('#report').isVisible()).toBe(true); // a fresh start would have taken it away
  await done(page, 150);
  await expect(page.locator('#all tbody tr')).toHaveCount(150);
});

test('packed files of a named split are judged, and what is judged and not there is named', async ({
  site,
}) => {
  const { page, folder } = site;
  for (const name of ['corpus.jsonl', 'queries.jsonl', 'bm25.tsv', 'qrels.tsv']) {
    const judged = name === 'qrels.tsv' ? `q0\tRIGHT1\t1\n${'unknown'.repeat(40)}\tright0\t1\n` : '';
    const packed = gzipSync(readFileSync(join(folder, name), 'utf8') + judged);
    writeFileSync(join(folder, `${name === 'qrels.tsv' ? 'qrels.dev.tsv' : name}.gz`), packed);
    rmSync(join(folder, name));
  }
  await page.getByLabel('Choose a folder').setInputFiles(folder);
  await expect(page.getByLabel('Order before')).toHaveValue('bm25.tsv.gz');
  await start(page);
  await done(page, 7);
  await expect(page.getByRole('list', { name: 'Warnings' }).getByRole('listitem')).toHaveText([
    /^1 of 7 judged queries is not among the queries and counts as 0: unknown/,
    /^1 of 7 judged documents is not in the collection .*: RIGHT1\. There is "right1" for "RIGHT1"/,
  ]);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
  expect((JSON.parse(await download(page, 'Download JSON')) as ReportData).warnings).toHaveLength(2);
  expect(await download(page, 'Download Markdown')).toContain('**Warning.** 1 of 7 judged documents');
});

test('pasted judgments are judged with the keyboard alone', async ({ site }) => {
  const { page } = site;
  const text = page.getByLabel('A query a line');
  await text.fill('{"query": "a", "results": ["b"], "relevant": [2]}');
  await page.getByRole('button', { name: 'Use these judgments' }).press('Enter');
  await expect(page.locator('#pasted-problem')).toHaveText(
    'Line 1: expected places from 1 to 1 in "relevant".',
  );
  await expect(text).toBeFocused();
  await page.getByRole('button', { name: 'Fill in an example' }).press('Enter');
  await page.getByRole('button', { name: 'Use these judgments' }).press('Enter');
  await expect(page.getByRole('status')).toHaveText('Ready to judge by pasted judgments.');
  await page.getByRole('button', { name: 'Start' }).press('Enter');
  await done(page, 3);
  await expect(page.getByRole('button', { name: 'Start again' })).toBeFocused();
  await expect(page.locator('#verdict')).toContainText('better');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a phone needs no sideways scrolling, ${colorScheme}`, async ({ site }) => {
    const { page, folder } = site;
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByLabel('Choose a folder').setInputFiles(folder);
    await start(page);
    await done(page, 6);
    await page
      .locator('details')
      .evaluateAll((all) => all.forEach((each) => each.toggleAttribute('open', true)));
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBe(0);
  });
}
