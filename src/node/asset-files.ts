import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WASM_FILES } from '../backend/runtime-files.js';
import { RerankError } from '../errors.js';
import { CATALOGUE } from '../model/catalogue.js';
import type { Device, Runtime } from '../types.js';
import { installedModel } from './installed-model.js';

/** A file that a page needs at run time. */
export interface AssetFile {
  /** Where it belongs in the folder that `assetsUrl` names, with slashes. */
  path: string;
  /** Where it is on this machine. */
  from: string;
  /** Its size in bytes. */
  bytes: number;
}

/** The models that have a package of their own. */
export const CARRIED_MODELS: readonly string[] = Object.entries(CATALOGUE).flatMap(([name, entry]) =>
  entry.kind === 'bundled' ? [name] : [],
);

/** What a model's package has for npm, and a page has no use for. */
const FOR_NPM = ['package.json', 'README.md'];

/** The self-contained workers, the same from `src` and from `dist`. */
const WORKERS = fileURLToPath(new URL('../../dist-script/', import.meta.url));

/**
 * The files of models of our own, under `models/`.
 * @param names - as in the catalogue @param appFolder - where the app is, from which their packages are looked for
 * @throws RerankError `invalid-input` for other names; `not-found` with the line that installs what is missing
 */
export function modelFiles(names: readonly string[], appFolder: string): AssetFile[] {
  return names.flatMap((name) => {
    const entry = Object.hasOwn(CATALOGUE, name) ? CATALOGUE[name] : undefined;
    if (entry?.kind !== 'bundled') {
      const message = `There is no package of a model "${name}"; there are ${CARRIED_MODELS.join(', ')}.`;
      throw new RerankError('invalid-input', message);
    }
    const folder = fileURLToPath(installedModel(entry.folder, appFolder));
    return filesBelow(folder)
      .filter((path) => !FOR_NPM.includes(path))
      .map((path) => assetFile(`models/${entry.folder}/${path}`, join(folder, path)));
  });
}

/** The models whose packages are installed where the app finds them. */
export function installedModels(appFolder: string): string[] {
  return CARRIED_MODELS.filter((name) => {
    try {
      return modelFiles([name], appFolder).length > 0;
    } catch {
      return false; // it is not installed
    }
  });
}

/**
 * The workers and the runtime's files, for pages that run on these devices.
 * @throws RerankError `not-found` where this package is not whole
 */
export function engineFiles(devices: readonly Device[]): AssetFile[] {
  const runtimes: Runtime[] = [
    ...(devices.includes('wasm') ? (['wasm'] as const) : []),
    ...(devices.includes('webgpu') ? (['webgpu', 'jspi'] as const) : []),
  ];
  const { resolve } = createRequire(import.meta.url);
  return runtimes.flatMap((runtime) => [
    assetFile(`worker-${runtime}.js`, join(WORKERS, `worker-${runtime}.js`)),
    assetFile(`runtime/${WASM_FILES[runtime]}`, resolve(`onnxruntime-web/${WASM_FILES[runtime]}`)),
  ]);
}

function assetFile(path: string, from: string): AssetFile {
  const found = statSync(from, { throwIfNoEntry: false });
  if (found) return { path, from, bytes: found.size };
  const message = `${from} is not there: this copy of browser-reranker is not whole. Install it again (in a checkout: npm run build).`;
  throw new RerankError('not-found', message);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).split(sep).join('/'))
    .sort();
}
