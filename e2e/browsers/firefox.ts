import { launch } from 'puppeteer-core';
import type { DrivenBrowser } from './driver.js';
import type { BrowserPrograms } from './find.js';

/** Starts Firefox without a window. */
export async function startFirefox({ program }: BrowserPrograms): Promise<DrivenBrowser> {
  const browser = await launch({
    browser: 'firefox',
    executablePath: program,
    headless: true,
    protocolTimeout: 300_000,
  });
  const [page = await browser.newPage()] = await browser.pages();
  return {
    version: await browser.version(),
    goto: async (url) => void (await page.goto(url)),
    // Puppeteer's types know nothing of what a text of code gives; it is what `work` gives.
    evaluate: (work, argument) =>
      page.evaluate(`(${work.toString()})(${JSON.stringify(argument)})`) as Promise<never>,
    close: () => browser.close(),
  };
}
