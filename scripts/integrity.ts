import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

// `tsx scripts/integrity.ts` writes version and hash of the built script into the pages that show the tag; with `--check` it
// only says whether they are right. It belongs to a release: the hash changes with every change of the source.

const SCRIPT = 'dist-script/browser-reranker.js';
const PAGES = ['docs/guides/cdn.md'];

/** What the attribute `integrity` of a script tag says of a file. */
export function integrityOf(path: string): string {
  return `sha384-${createHash('sha384').update(readFileSync(path)).digest('base64')}`;
}

/** A page's text with this version in each address of a package of ours, and this hash in each tag. */
export function withIntegrity(page: string, version: string, integrity: string): string {
  return page
    .replace(/(\bbrowser-reranker(?:-minilm-l\d-en)?@)\d+\.\d+\.\d+/g, `$1${version}`)
    .replace(/integrity="[^"]*"/g, `integrity="${integrity}"`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const integrity = integrityOf(SCRIPT);
  for (const path of PAGES) {
    const page = readFileSync(path, 'utf8');
    const right = withIntegrity(page, version, integrity);
    if (page === right) continue;
    if (process.argv.includes('--check')) {
      console.error(`${path} does not show ${version} with ${integrity}: run npm run docs:integrity`);
      process.exitCode = 1;
    } else {
      writeFileSync(path, right);
      console.log(`${path}: ${version}, ${integrity}`);
    }
  }
}
