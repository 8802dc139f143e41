import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer, type Mount, type TestServer } from './hub-server.js';
import { packedTarballs } from './packed.js';

// A stand-in for a CDN of npm packages, for tests: another origin that serves the packed tarballs.

/** What jsDelivr sends with every file of a package whose version is named. */
const CACHED_FOR_EVER = 'public, max-age=31536000, s-maxage=31536000, immutable';
const HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': '*',
  'timing-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

/** A CDN that runs. */
export interface TestCdn extends TestServer {
  /** Address of the script tag's file. */
  script: string;
  /** What its attribute `integrity` says. */
  integrity: string;
  /** Address of a package, without a slash at the end. */
  packageUrl: (name: string) => string;
}

/**
 * Packs the packages, unless that was done before, and serves them: as jsDelivr does, below `/npm/`, and as unpkg does, right
 * below the host. onnxruntime-web and what the npm build imports are served as they are installed.
 */
export async function startCdn(): Promise<TestCdn> {
  const { main, l6, l3 } = await packedTarballs();
  const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
  const folders = [
    ...[main, l6, l3].map(unpack),
    ...['onnxruntime-web', 'comlink'].map((name) => join(modules, name)),
  ];
  const names = new Map<string, string>();
  const mounts = folders.flatMap((dir): Mount[] => {
    const { name, version } = readPackage(dir);
    names.set(name, `${name}@${version}`);
    return ['/npm', ''].map((base) => ({
      dir,
      at: `${base}/${name}@${version}`,
      cacheControl: CACHED_FOR_EVER,
    }));
  });
  const server = await startServer({ mounts, headers: HEADERS });
  const packageUrl = (name: string) => `${server.url}/npm/${names.get(name) ?? name}`;
  const [scriptFolder = ''] = folders;
  return {
    ...server,
    script: `${packageUrl('browser-reranker')}/dist-script/browser-reranker.js`,
    integrity: readFileSync(join(scriptFolder, 'dist-script/browser-reranker.js.integrity'), 'utf8').trim(),
    packageUrl,
  };
}

/** Unpacks a tarball beside itself, once. @returns the package's folder */
function unpack(tarball: string): string {
  const folder = join(
    dirname(tarball),
    'unpacked',
    tarball.slice(dirname(tarball).length + 1, -'.tgz'.length),
  );
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
  }
  return folder;
}

function readPackage(folder: string): { name: string; version: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string };
}
