import { WASM_FILES } from '../backend/runtime-files.js';
import type { ModelFolder } from '../model/source.js';
import type { Runtime } from '../types.js';
import type { PinnedFile } from './pinned-file.js';
import type { Release } from './release.js';

/** Where the script's other files are. */
export interface Places {
  /** The script of a worker. */
  worker: (runtime: Runtime) => PinnedFile;
  /** The runtime's `.wasm` file; without a hash it lies in the script's own folder. */
  runtime: (runtime: Runtime) => { url: string; sha256?: string };
  /** A model of our own. */
  model: (folder: string) => ModelFolder;
}

/** A CDN of npm packages (jsDelivr, unpkg, a mirror) has each under its name and version. */
const ON_CDN = /^(.*\/)browser-reranker@[^/]+\/dist-script\/[^/]*$/;

/**
 * Where a script's other files are. On a CDN of npm packages they come from the packages beside this one, whatever version the
 * tag names: always the very versions that the script was built with. Anywhere else they lie in the script's folder.
 *
 * @param script - the script's address
 */
export function placesOf(script: string, release: Release): Places {
  const folder = new URL('.', script).href;
  const { origin, pathname } = new URL(script);
  const packages = ON_CDN.exec(origin + pathname)?.[1];
  if (packages === undefined) {
    return {
      worker: (runtime) => ({ url: `${folder}worker-${runtime}.js`, sha256: release.workers[runtime] }),
      runtime: (runtime) => ({ url: `${folder}runtime/${WASM_FILES[runtime]}` }),
      model: (model) => ({ url: `${folder}models/${model}/` }),
    };
  }
  const { version, runtimeVersion, models } = release;
  return {
    worker: (runtime) => ({
      url: `${packages}browser-reranker@${version}/dist-script/worker-${runtime}.js`,
      sha256: release.workers[runtime],
    }),
    runtime: (runtime) => ({
      url: `${packages}onnxruntime-web@${runtimeVersion}/dist/${WASM_FILES[runtime]}`,
      sha256: release.runtimes[runtime],
    }),
    model: (model) => {
      const known = models[model];
      if (!known) return { url: `${folder}models/${model}/` };
      return { url: `${packages}${known.package}@${version}/`, manifestSha256: known.manifest };
    },
  };
}
