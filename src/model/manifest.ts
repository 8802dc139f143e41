import type { Stages } from '../protocol.js';
import type { Activation, Device, Dtype, Pair } from '../types.js';
import { parseObject, type JsonObject } from './json.js';
import { checkManifest } from './manifest-check.js';

/** A file that the manifest vouches for. */
export interface ManifestFile {
  /** sha256 of the content, in hex. */
  sha256: string;
  /** Size in bytes. */
  bytes: number;
  /** For weights: how they are stored. */
  dtype?: Dtype;
  /** For weights: the devices that run this graph right. */
  devices?: Device[];
  /** For weights: whether the runtime is to optimise this graph. Without this q8 is opened as it is, since training/export writes it fused. */
  optimize?: boolean;
  /** Where the file is stored in parts, these, in order; the file itself is not there then. */
  parts?: ManifestPart[];
}

/** A part of a file: some hosts do not serve large ones. */
export interface ManifestPart {
  /** Path within the folder. */
  path: string;
  /** sha256 of the part, in hex. */
  sha256: string;
  /** Size of the part in bytes. */
  bytes: number;
}

/** The reference's logits of the self-check's pairs. */
export interface ManifestLogits {
  /** One a pair. */
  logits: number[];
  /** How far each dtype may be off. */
  tolerance: Partial<Record<Dtype, number>>;
}

/** `reranker.json`: what a model folder says beyond the Hub's layout. */
export interface Manifest {
  /** Format of this file; 1. */
  version: 1;
  /** The model's name. */
  name: string;
  /** Changes with any file; the key of the cache. */
  revision: string;
  /** Most tokens in a pair. */
  maxLength?: number;
  /** What `rank` does to logits unless told otherwise. */
  activation?: Activation;
  /** SPDX identifier. */
  license?: string;
  /** How it was trained, in a sentence or two. */
  training?: string;
  /** Every file, by path. */
  files: Record<string, ManifestFile>;
  /** The self-check: pairs, the reference's logits and each cut's early ones, and the tolerances of each dtype. */
  check?: ManifestLogits & { pairs: Pair[]; early?: ManifestLogits[] };
  /** Where its graphs may be cut; absent for a model whose layers all read the pair together. */
  stages?: Stages;
}

/**
 * Reads `reranker.json`.
 * @param text - the file's text
 * @param url - for messages
 * @throws RerankError `invalid-data` with the field that is wrong
 */
export function parseManifest(text: string, url: string): Manifest {
  const manifest = parseObject(text, url);
  checkManifest(manifest, url);
  return manifest as JsonObject & Manifest; // what is relied on has been checked
}
