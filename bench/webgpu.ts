import type { Browser } from '@playwright/test';
import { launch, type Setting } from './browser.js';
import { GPU_CONTESTANTS } from './contestants.js';
import type { Measured } from './open.js';
import { runRounds, type RoundPlan } from './rounds.js';
import { startServers } from './server.js';
import type { WorkloadMaker } from './workload.js';

/** What Chromium is asked for, the real GPU first, then the adapter that computes on the CPU. */
const FLAGS: readonly (readonly string[])[] = [
  ['--enable-unsafe-webgpu', '--ignore-gpu-blocklist', '--enable-features=Vulkan'],
  ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
];

/** WebGPU, beside ours on WASM. */
export interface WebgpuResult {
  /** The adapter in the browser's words. */
  adapter: string;
  /** It computes on the CPU: scores and counts are right, its times say nothing and are left out of reports. */
  software: boolean;
  /** How many passages were ranked. */
  passages: number;
  /** Ours on WASM, ours and the peers on WebGPU. */
  contestants: Measured[];
}

interface Found extends Pick<WebgpuResult, 'adapter' | 'software'> {
  browser: Browser;
}

/**
 * Ranks on WebGPU where the browser has it: a whole workload in rounds on a real adapter; on a software adapter a few passages,
 * twice, so that scores can be compared and compiled pipelines counted. Differences are to ours on WASM.
 * @returns undefined where there is no adapter, or only a software one that was not asked for
 */
export async function measureWebgpu(
  setting: Setting,
  maker: WorkloadMaker,
  plan: RoundPlan,
  softwareToo: boolean,
): Promise<WebgpuResult | undefined> {
  const found = await findAdapter(setting, softwareToo);
  if (!found) return undefined;
  const { browser, adapter, software } = found;
  const workload = software ? maker.passages(4) : maker.passages(100);
  const servers = await startServers(setting.model, true);
  try {
    console.log(`  WebGPU: ${adapter}${software ? ', computes on the CPU: no times' : ''}`);
    const contestants = await runRounds(
      browser,
      { ...setting, servers },
      maker,
      GPU_CONTESTANTS.filter(({ key }) => !software || key !== 'transformersSortedWebgpu'),
      workload,
      software ? { ...plan, rounds: 2 } : plan,
    );
    return { adapter, software, passages: workload.passages.length, contestants };
  } finally {
    for (const server of Object.values(servers)) await server.close();
    await browser.close();
  }
}

/** The first browser that has an adapter. */
async function findAdapter({ servers }: Setting, softwareToo: boolean): Promise<Found | undefined> {
  for (const flags of softwareToo ? FLAGS : FLAGS.slice(0, 1)) {
    const browser = await launch(flags);
    const adapter = await adapterOf(browser, servers.isolated.url).catch(() => undefined);
    if (adapter && (softwareToo || !adapter.software)) return { browser, ...adapter };
    await browser.close();
  }
  return undefined;
}

async function adapterOf(
  browser: Browser,
  url: string,
): Promise<Pick<WebgpuResult, 'adapter' | 'software'> | undefined> {
  const page = await browser.newPage();
  await page.goto(`${url}/raw.html`); // WebGPU needs a secure page: localhost is one
  const info = await page.evaluate(async () => {
    const adapter = await (navigator as Partial<Navigator>).gpu?.requestAdapter({
      powerPreference: 'high-performance',
    });
    if (!adapter) return undefined;
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
    return { words: [vendor, architecture, device, description], isFallbackAdapter };
  });
  await page.close();
  if (!info) return undefined;
  const adapter = info.words.filter((word) => word !== '').join(' ');
  return { adapter, software: info.isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(adapter) };
}
