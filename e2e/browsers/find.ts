import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

/** The programs that drive one browser. */
export interface BrowserPrograms {
  /** What is started. */
  program: string;
  /** What that starts in turn, where it is another program. */
  browser: string;
}

const MULTIARCH = '/usr/lib';

/** WebKitGTK's own small browser lies below the machine's architecture. */
function miniBrowser(): string | undefined {
  return readdirSync(MULTIARCH)
    .map((architecture) => `${MULTIARCH}/${architecture}/webkit2gtk-4.1/MiniBrowser`)
    .find((path) => existsSync(path));
}

const existing = (path: string) => (existsSync(path) ? path : undefined);

const BROWSERS = {
  firefox: {
    packages: ['firefox-esr'],
    find: () => existing(process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr'),
    driver: (browser: string) => existing(browser),
  },
  webkit: {
    packages: ['webkit2gtk-driver', 'xvfb', 'xauth'],
    find: miniBrowser,
    driver: () => existing('/usr/bin/xvfb-run') && existing('/usr/bin/WebKitWebDriver'),
  },
} as const;

/** A browser beside Chromium that tests can drive. */
export type OtherBrowser = keyof typeof BROWSERS;

/**
 * Finds a browser, or installs it with apt-get.
 * @throws Error naming the packages where it can be neither found nor installed
 */
export function ensureBrowser(name: OtherBrowser): BrowserPrograms {
  const found = find(name);
  if (found) return found;
  const { packages } = BROWSERS[name];
  for (const command of [
    ['update', '-q'],
    ['install', '-y', '-q', ...packages],
  ]) {
    spawnSync('apt-get', command, { stdio: ['ignore', 'inherit', 'inherit'], timeout: 600_000 });
  }
  const installed = find(name);
  if (installed) return installed;
  throw new Error(
    `No ${name} was found, and none could be installed. Debian: apt-get install ${packages.join(' ')}`,
  );
}

function find(name: OtherBrowser): BrowserPrograms | undefined {
  const browser = BROWSERS[name].find();
  const program = browser && BROWSERS[name].driver(browser);
  return browser && program ? { browser, program } : undefined;
}
