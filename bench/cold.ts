import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { goTo, launchWithProfile, openOptions, type Setting } from './browser.js';
import type { ContestantKey, ContestantSpec } from './contestants.js';
import { reasonOf } from './open.js';
import type { Work } from './workload.js';

/** One start of a contestant. */
export interface Start {
  /** From navigation to the first score. */
  ms: number;
  /** Bytes of bodies moved, as they lie on disk. */
  bytes: number;
}

/** Starts of one contestant. */
export interface ColdStart {
  /** Its name. */
  key: ContestantKey;
  /** With an empty cache. */
  empty: Start[];
  /** The same page again. */
  warm: Start[];
  /** What was moved the first time, largest first. */
  files: { path: string; bytes: number; gzipBytes: number }[];
  /** Why it cannot run. */
  error?: string;
}

/**
 * Starts each contestant several times in a browser of its own, from an empty cache and from a warm one.
 * @param times - at most
 * @param left - milliseconds left
 */
export async function coldStarts(
  setting: Setting,
  specs: readonly ContestantSpec[],
  work: Work,
  times: number,
  left: () => number,
): Promise<ColdStart[]> {
  const all: ColdStart[] = specs.map(({ key }) => ({ key, empty: [], warm: [], files: [] }));
  for (let time = 0; time < times && (time === 0 || left() > 0); time++) {
    for (const [place, spec] of specs.entries()) {
      const cold = all[place];
      if (!cold || cold.error !== undefined) continue;
      try {
        await startTwice(setting, spec, work, cold);
        const [empty, warm] = [cold.empty.at(-1), cold.warm.at(-1)];
        console.log(`  start ${spec.key}: ${empty?.ms.toFixed(0)} ms, warm ${warm?.ms.toFixed(0)} ms`);
      } catch (error) {
        cold.error = reasonOf(error);
      }
    }
  }
  return all;
}

async function startTwice(
  setting: Setting,
  spec: ContestantSpec,
  work: Work,
  cold: ColdStart,
): Promise<void> {
  const { requests } = setting.servers[spec.scenario];
  const profile = mkdtempSync(join(tmpdir(), 'bench-'));
  const context = await launchWithProfile(profile);
  try {
    for (const starts of [cold.empty, cold.warm]) {
      const page = await context.newPage();
      const before = requests.length;
      await goTo(page, spec, setting);
      const ms = await page.evaluate(([options, work]) => window.bench.firstScore(options, work), [
        openOptions(spec, setting),
        work,
      ] as const);
      const moved = requests.slice(before).filter(({ bytes }) => bytes > 0);
      starts.push({ ms, bytes: moved.reduce((sum, { bytes }) => sum + bytes, 0) });
      if (cold.files.length === 0) cold.files = await compress(setting, spec, moved);
      await page.close();
    }
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What each file is with gzip, as most hosts send it. */
async function compress(
  { servers }: Setting,
  spec: ContestantSpec,
  moved: readonly { path: string; bytes: number }[],
): Promise<ColdStart['files']> {
  const files = moved.map(async ({ path, bytes }) => {
    const body = await (await fetch(servers[spec.scenario].url + path)).arrayBuffer();
    return { path, bytes, gzipBytes: gzipSync(new Uint8Array(body)).length };
  });
  return (await Promise.all(files)).sort((a, b) => b.bytes - a.bytes);
}
