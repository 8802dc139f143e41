import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { installPackages } from './install.js';
import type { Candidate, Site } from './site.js';

/** Engines of the hand-made pages. */
const ENGINES = ['minisearch@7', 'lunr@2', 'fuse.js@7'];

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A hand-made page of `pages/`: a search box, a list, and a script of its own, built by Vite. */
export function pageSite(name: string, query: string): Site {
  return {
    name,
    query,
    build: async () => {
      const packages = await installPackages('pages', ENGINES);
      const root = join(packages, name);
      rmSync(root, { recursive: true, force: true });
      mkdirSync(root);
      for (const file of ['index.html', 'page.js', 'style.css'])
        cpSync(folder(`pages/${file}`), join(root, file));
      cpSync(folder(`pages/${name}.js`), join(root, 'main.js'));
      cpSync(folder('../demo/collection.json'), join(root, 'collection.json'));
      await build({ root, configFile: false, logLevel: 'error', build: { target: 'es2022' } });
      return { dist: join(root, 'dist'), packages };
    },
    type: (page, text) => page.getByRole('searchbox').pressSequentially(text, { delay: 120 }),
    candidates: (page, text) =>
      page.evaluate((text) => (window as unknown as PageWindow).candidates(text), text),
    shown: (page) => page.locator('#results li h2').allInnerTexts(),
  };
}

/** What the pages tell the test beside what they show. */
interface PageWindow {
  candidates: (query: string) => Candidate[];
}
