import { ensureBrowser, type OtherBrowser } from './find.js';
import { startFirefox } from './firefox.js';
import { startWebKit } from './webkit.js';

/** A browser that a test drives: Firefox over WebDriver BiDi, WebKit over WebDriver. */
export interface DrivenBrowser {
  /** Its name and version, for the report. */
  version: string;
  /** Opens a page and waits until it has loaded. */
  goto(url: string): Promise<void>;
  /** Runs a function in the page. What goes in and comes out is JSON; a function sees nothing of its file. */
  evaluate<Argument, Result>(
    work: (argument: Argument) => Promise<Result> | Result,
    argument: Argument,
  ): Promise<Awaited<Result>>;
  /** Ends it. */
  close(): Promise<void>;
}

/** Starts a browser, installed first where it is missing. @throws Error where it cannot be had */
export function startBrowser(name: OtherBrowser): Promise<DrivenBrowser> {
  const programs = ensureBrowser(name);
  return name === 'firefox' ? startFirefox(programs) : startWebKit(programs);
}
