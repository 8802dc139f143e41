import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { CHROMIUM_FLAGS, ensureChromium } from '../scripts/chromium.js';
import type { TestServer } from '../scripts/hub-server.js';
import { CATALOGUE } from '../src/model/catalogue.js';
import type { ContestantSpec, Scenario } from './contestants.js';
import type { OpenOptions } from './pages/contestant.js';
import { hubName } from './server.js';

/** The browser tests' flags, and memory measured at once rather than at the next collection. */
const FLAGS = [
  ...CHROMIUM_FLAGS,
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--enable-blink-features=ForceEagerMeasureMemory',
];

const NO_GPU = ['--disable-gpu'];

/** Starts headless Chromium. @param flags - in place of those that switch the GPU off */
export async function launch(flags: readonly string[] = NO_GPU): Promise<Browser> {
  const executablePath = await ensureChromium();
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...flags] });
}

/** Starts headless Chromium with a profile on disk, whose caches hold large files too. */
export async function launchWithProfile(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: await ensureChromium(),
    headless: true,
    args: [...FLAGS, ...NO_GPU],
  });
}

/** What the runs have in common. */
export interface Setting {
  /** The model's name. */
  model: string;
  /** Threads for everyone. */
  threads: number;
  /** The servers. */
  servers: Record<Scenario, TestServer>;
}

/** As users name it: a catalogue name, else the folder's URL. */
const ourName = (model: string) => (model in CATALOGUE ? model : `/models/${model}/`);

/** What a contestant's page is told. */
export function openOptions(spec: ContestantSpec, { model, threads }: Setting): OpenOptions {
  return {
    ...spec.open,
    model: spec.page === 'transformers' ? hubName(model) : spec.page === 'ours' ? ourName(model) : model,
    threads: spec.scenario === 'plain' ? 1 : threads,
  };
}

/** Opens a contestant's page; the contestant itself is not open yet. */
export async function goTo(page: Page, spec: ContestantSpec, { servers }: Setting): Promise<void> {
  await page.goto(`${servers[spec.scenario].url}/${spec.page}.html`);
  await page.waitForFunction(() => 'bench' in window);
  const isolated = await page.evaluate(() => crossOriginIsolated);
  if (isolated !== (spec.scenario === 'isolated'))
    throw new Error(`${spec.key}: isolation is ${String(isolated)}`);
}
