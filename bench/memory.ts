import { readFileSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';

/** Ids of the browser's renderer processes; a page in a context of its own has one of its own. */
export async function rendererIds(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

/** The process with the most memory among those not taken: a page that has just opened a model. */
export function largest(ids: readonly number[], taken: readonly number[]): number | undefined {
  return ids
    .filter((id) => !taken.includes(id))
    .map((id) => ({ id, bytes: residentBytes(id)?.now ?? 0 }))
    .sort((a, b) => b.bytes - a.bytes)[0]?.id;
}

/** Resident memory of a process, now and at its highest; Linux only, undefined elsewhere. */
export function residentBytes(id: number): { now: number; peak: number } | undefined {
  try {
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    const read = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
    const [now, peak] = [read('VmRSS'), read('VmHWM')];
    return Number.isNaN(now + peak) ? undefined : { now, peak }; // a process that has ended has neither
  } catch {
    return undefined;
  }
}

/** What the page and its workers hold by the browser's own account; only isolated pages may ask. */
export async function measuredBytes(page: Page): Promise<number | undefined> {
  return page.evaluate(async () => {
    if (!('measureUserAgentSpecificMemory' in performance)) return undefined;
    const measure = performance.measureUserAgentSpecificMemory as () => Promise<{ bytes: number }>;
    return (await measure.call(performance)).bytes;
  });
}
