import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packedTarballs } from '../scripts/packed.js';

/** Where sites are built. */
export const SITES_FOLDER = fileURLToPath(new URL('../.cache/sites', import.meta.url));

/** The model that sites serve, and its path there. */
export const MODEL = { package: 'browser-reranker-minilm-l6-en', path: '/models/minilm-l6-rerank-en' };

/** Runs a command, and shows what it printed only when it fails. */
export async function run(command: string, args: string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd, maxBuffer: 64 * 2 ** 20 });
  return stdout;
}

/**
 * Installs our packed tarballs, and others from npm, as a site's owner does; again only when a tarball or the list has changed.
 * @param folder - below .cache/sites
 * @param packages - names with versions
 * @returns the folder that holds node_modules
 */
export async function installPackages(folder: string, packages: readonly string[]): Promise<string> {
  const at = join(SITES_FOLDER, folder);
  const { main, l6 } = await packedTarballs();
  const wanted = JSON.stringify([main, l6, ...packages], null, 2);
  const stamp = join(at, 'installed.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return at;
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name: 'site', private: true, type: 'module' }));
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', main, l6, ...packages], at);
  writeFileSync(stamp, wanted);
  return at;
}
