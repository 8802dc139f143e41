import { RerankError } from '../errors.js';
import type { StageCut, Stages } from '../protocol.js';
import type { Activation, Device, Dtype, Pair } from '../types.js';

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
  const wrong = (what: string, cause?: unknown): never => {
    throw new RerankError('invalid-data', `${url}: ${what}. It is written by training/export.`, { cause });
  };
  let manifest: Partial<Manifest>;
  try {
    // Each field that is relied on is checked below.
    manifest = JSON.parse(text) as Partial<Manifest>;
  } catch (cause) {
    return wrong('not JSON', cause);
  }
  const { version, name, revision, files, check, stages } = manifest;
  if (version !== 1) return wrong(`version is ${String(version)}, this package reads version 1`);
  if (typeof name !== 'string' || typeof revision !== 'string')
    return wrong('"name" and "revision" must be strings');
  if (typeof files !== 'object') return wrong('"files" must be an object of path: { sha256, bytes }');
  for (const [path, file] of Object.entries(files)) {
    if (!/^[0-9a-f]{64}$/.test(file.sha256) || !Number.isInteger(file.bytes)) {
      return wrong(`files["${path}"] needs "sha256" (64 hex digits) and "bytes"`);
    }
  }
  const fault = stages && stagesFault(stages);
  if (fault) return wrong(`"stages" ${fault}`);
  const early = check?.early ?? [];
  const unequal = check && [check, ...early].some(({ logits }) => logits.length !== check.pairs.length);
  if (unequal || ![0, stages?.cuts.length].includes(early.length))
    return wrong('"check" needs one logit a pair, "early" one a cut');
  return { ...manifest, version, name, revision, files };
}

/** What is wrong with `stages`, if anything. */
function stagesFault({ layers = 0, cuts }: Partial<Stages>): string | undefined {
  if (!Array.isArray(cuts) || cuts.length === 0) return 'needs "cuts", lowest first';
  let below = 0;
  for (const [place, cut] of cuts.entries()) {
    const { states, score, margin, layers: at = 0 } = cut as Partial<StageCut>; // JSON of unknown origin
    if (!(Number.isInteger(at) && at > below))
      return `cuts[${place}].layers must be a whole number over ${below}`;
    if (typeof states !== 'string' || typeof score !== 'string')
      return `cuts[${place}] needs tensor names, "states" and "score"`;
    if (!(typeof margin === 'number' && margin >= 0))
      return `cuts[${place}].margin must be a number of 0 or more`;
    below = at;
  }
  if (!(Number.isInteger(layers) && layers > below)) return `needs "layers", a whole number over ${below}`;
  return undefined;
}
