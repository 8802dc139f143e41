import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { RerankError } from '../errors.js';
import { packageOf } from '../model/carried.js';

/**
 * Finds a model of our own where npm has put it: the package is looked for from the app's working folder, then from this
 * package, as Node finds modules. A checkout of this repository has the models beside its source.
 *
 * @param folder - name of the model's folder, as in the catalogue
 * @param appFolder - where the app is
 * @returns the folder's URL, ending in a slash
 * @throws RerankError `not-found` with the line that installs it
 */
export function installedModel(folder: string, appFolder = process.cwd()): string {
  const name = packageOf(folder);
  for (const from of [join(appFolder, 'app.js'), import.meta.url]) {
    try {
      const path = createRequire(from).resolve(`${name}/package.json`);
      return pathToFileURL(`${dirname(path)}/`).href;
    } catch {
      // not installed where modules are looked for from there
    }
  }
  // No new URL(…, import.meta.url): bundlers of servers would look for the folder when they build.
  // The npm package itself has a model's reranker.json only.
  const inCheckout = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'public', 'models', folder);
  if (existsSync(join(inCheckout, 'config.json'))) return pathToFileURL(`${inCheckout}/`).href;
  throw new RerankError(
    'not-found',
    `The model ${folder} comes in a package of its own, which is not installed here (looked for from ${appFolder}). ` +
      `Install it: npm install ${name}. Or pass the folder that holds it as the option model.`,
  );
}
