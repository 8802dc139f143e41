import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { pagefindText, type PagefindModule } from '../src/adapters/pagefind.js';
import { costs, SURFACES, test, type Surface } from './pagefind/support.js';
import { complaintsOf } from './support.js';

// Pagefind's four surfaces with nothing but the script tag, under a strict policy, with a model that knows what it reads.

const MODEL = 'minilm-l3-rerank-en';
const QUERY = 'how do I get my money back';

/** What the terminal makes of the same candidates. */
function rankInTheTerminal(candidates: { title: string; text: string }[]): string[] {
  const file = '.cache/e2e/candidates.jsonl';
  writeFileSync(file, candidates.map((candidate) => JSON.stringify(candidate)).join('\n'));
  const args = ['tsx', 'src/cli/main.ts', 'rank', '--model', `public/models/${MODEL}`, '--query', QUERY];
  const output = execFileSync('npx', [...args, '--passages', file, '--json'], { encoding: 'utf8' });
  const ranking = JSON.parse(output) as { index: number }[];
  return ranking.map(({ index }) => candidates[index]!.title);
}

test('every surface shows the order that the terminal gives for the same candidates', async ({
  page,
  open,
}) => {
  test.setTimeout(180_000);
  const problems = complaintsOf(page);
  // Candidates as a page has them that knows nothing of the tag.
  const plain = await open('module', { edit: (html) => html.replace(/<script [^>]*data-rerank.*\n/, '') });
  const words = QUERY.split(' ');
  const found = await page.evaluate(async (words) => {
    const address = '/pagefind/pagefind.js';
    const pagefind = (await import(address)) as PagefindModule;
    const answers = await Promise.all(words.map((word) => pagefind.search(word)));
    const whole = await pagefind.search(words.join(' '));
    const results = answers.flatMap(({ results }) => results);
    const pages = await Promise.all(
      results.map(async (result) => ({ id: result.id, score: result.score, page: await result.data() })),
    );
    return { whole: whole.results.length, pages };
  }, words);
  expect(await plain.state()).toBeUndefined();
  expect(found.whole).toBe(0); // no page has all the words
  // Of the searches that found a page, the one in which it scored best tells which of its words are read.
  const pages = new Map<string, (typeof found.pages)[number]>();
  for (const each of found.pages)
    if ((each.score ?? 0) > (pages.get(each.id)?.score ?? -1)) pages.set(each.id, each);
  const candidates = [...pages.values()].map(({ page }) => ({
    title: page.meta?.title ?? '',
    text: pagefindText(page),
  }));
  expect(candidates.length).toBeGreaterThan(5);
  const expected = rankInTheTerminal(candidates);
  expect(expected[0]).toBe('Leaving the club');

  for (const surface of Object.keys(SURFACES) as Surface[]) {
    const site = await open(surface, { tag: `data-model="${MODEL}" data-patience="60000"` });
    await page.waitForTimeout(500);
    expect(costs(site.server), surface).toBe(0);
    await site.type(QUERY);
    await expect.poll(site.titles, surface).toContain('Borrowing tools'); // Pagefind's own order, at once
    const shown = surface === 'module' ? 10 : 5; // the others fetch more when the visitor scrolls or asks
    const best = async () => (await site.titles()).slice(0, shown);
    await expect.poll(best, { message: surface, timeout: 45_000 }).toEqual(expected.slice(0, shown));
    expect(await site.state()).toBe('on');
    await page.screenshot({ path: `.cache/e2e/pagefind-${surface}.png` });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(
      serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)).filter(isOurs),
    ).toEqual([]);
  }
  expect(problems.filter((problem) => !problem.includes('adapters'))).toEqual([]);
});

/** Findings in Pagefind's own markup are not ours to mend. */
function isOurs(finding: string): boolean {
  return !/pf-|pagefind/.test(finding);
}
