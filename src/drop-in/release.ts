import type { Runtime } from '../types.js';

/** What the script's build knows of the files that belong to it, so that a page takes no others. */
export interface Release {
  /** This package's version. */
  version: string;
  /** onnxruntime-web's version. */
  runtimeVersion: string;
  /** sha256 of each worker's script. */
  workers: Readonly<Record<Runtime, string>>;
  /** sha256 of each runtime's `.wasm` file. */
  runtimes: Readonly<Record<Runtime, string>>;
  /** The package that carries each model, by the model's folder, and the sha256 of its `reranker.json`. */
  models: Readonly<Record<string, { package: string; manifest: string }>>;
}

/** scripts/build-drop-in.ts puts it in place of this name. */
declare const __RELEASE__: Release;

/** The release that this script is of. */
export const RELEASE: Release = __RELEASE__;
