import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PAGES, type SitePage } from './pages.js';

const root = new URL('../..', import.meta.url);
const OUT = fileURLToPath(new URL('.cache/e2e/pagefind', root));

/** A page of the site that Pagefind indexes. */
const page = ({ title, text }: SitePage) => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>${title}</title></head>
  <body><main><h1>${title}</h1>${text.map((paragraph) => `<p>${paragraph}</p>`).join('')}</main></body>
</html>`;

/**
 * Builds the test site with the real Pagefind, as a site's owner does.
 * @returns the folder: the pages, and `pagefind/`
 */
export function buildPagefindSite(): string {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  for (const each of PAGES) writeFileSync(`${OUT}/${each.name}.html`, page(each));
  execFileSync('npx', ['pagefind', '--site', OUT], { cwd: fileURLToPath(root), stdio: 'pipe' });
  cpSync(fileURLToPath(new URL('e2e/pagefind/surfaces', root)), OUT, { recursive: true });
  return OUT;
}
