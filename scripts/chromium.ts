import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const PLACES = [
  '/usr/bin/chromium',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
];
const MANAGERS: [program: string, ...commands: string[][]][] = [
  [
    'apt-get',
    ['apt-get', 'update', '-q'],
    ['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'chromium'],
  ],
  ['dnf', ['dnf', 'install', '-y', 'chromium']],
  ['apk', ['apk', 'add', 'chromium']],
  ['brew', ['brew', 'install', '--cask', 'chromium']],
];
const HELP = `No Chromium was found, and none could be installed.
Install one (Debian and Ubuntu: apt-get install chromium; macOS: brew install --cask chromium; any:
npx playwright install chromium), or give the path of one: CHROMIUM_PATH=/path/to/chrome npm test`;

/** A calm browser: no sandbox (root in a container), no first run, nothing that talks to the network by itself. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/** A browser that is on this machine already: CHROMIUM_PATH, one on PATH, one where installers put it. */
export function findInstalled(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.CHROMIUM_PATH) {
    if (!existsSync(env.CHROMIUM_PATH))
      throw new Error(`CHROMIUM_PATH is ${env.CHROMIUM_PATH}: no such file`);
    return env.CHROMIUM_PATH;
  }
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .flatMap((dir) => NAMES.map((name) => join(dir, name + suffix)));
  // CHROMIUM_SEARCH=path leaves out the fixed places: how this file's own test hides an installed browser.
  return [...onPath, ...(env.CHROMIUM_SEARCH === 'path' ? [] : PLACES)].find((path) => existsSync(path));
}

/** Whether a command ended well within the time given; a longer one is stopped. */
function succeeds([program = '', ...args]: string[], seconds: number): boolean {
  console.log(`chromium: ${program} ${args.join(' ')}`);
  const result = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    shell: process.platform === 'win32',
  });
  return result.status === 0;
}

/** Playwright's own browser, downloaded if it is not there yet. */
function fromPlaywright(): string | undefined {
  const path = chromium.executablePath();
  if (existsSync(path)) return path;
  // The command's own file rather than npx, so that the time limit stops the download and not just a wrapper.
  const cli = join('node_modules', '@playwright', 'test', 'cli.js');
  return succeeds([process.execPath, cli, 'install', 'chromium'], 60) && existsSync(path) ? path : undefined;
}

/** The system's own package, installed as root or with a sudo that asks nothing. */
function fromSystem(): string | undefined {
  const isRoot = process.getuid?.() === 0;
  for (const [program, ...commands] of MANAGERS) {
    if (spawnSync(program, ['--version'], { stdio: 'ignore' }).status !== 0) continue;
    const prefix = isRoot || program === 'brew' ? [] : ['sudo', '-n'];
    const results = commands.map((command) => succeeds([...prefix, ...command], 600));
    if (results.at(-1)) return findInstalled();
  }
  return undefined;
}

/**
 * The path of a Chromium: an installed one, else Playwright's own, else the system's package. It says what it found.
 * @throws Error with what to do when there is none
 */
export async function ensureChromium(): Promise<string> {
  const found = findInstalled() ?? fromPlaywright() ?? fromSystem();
  if (!found) throw new Error(HELP);
  // Children of this process (Playwright's workers, which read the configuration again) need not search.
  if (process.env.CHROMIUM_PATH !== found) console.log(`chromium: ${found}`);
  process.env.CHROMIUM_PATH = found;
  return Promise.resolve(found);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await ensureChromium();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
