import { RerankError } from '../errors.js';
import type { RerankerOptions } from '../types.js';
import { CATALOGUE, DEFAULT_MODEL, type CatalogueEntry } from './catalogue.js';

/** Where a model's files are. */
export interface ModelSource {
  /** The name for people. */
  name: string;
  /** URL of the folder, ending in a slash. */
  baseUrl: string;
  /** A commit that never changes, where one is known before the first request. */
  revision: string | undefined;
  /** What the catalogue knows of the files. */
  known: Extract<CatalogueEntry, { kind: 'hub' }>['files'];
  /** Whether a `reranker.json` is worth asking for. */
  mayHaveManifest: boolean;
}

const HUB_ID = /^[\w.-]+\/[\w.-]+$/;
const COMMIT = /^[0-9a-f]{40}$/;

/**
 * Turns the `model` option into the URL of a folder. Names of the catalogue come first, then URLs (absolute, or
 * starting with `/` or `.`, against `pageUrl`), then Hub ids.
 *
 * @param options - of these, `model`, `hubHost`, `revision` and `modelsUrl` are read
 * @param pageUrl - what relative URLs start from
 * @throws RerankError `unknown-model` for anything else, with the names that exist
 */
export function resolveModel(
  options: Pick<RerankerOptions, 'model' | 'hubHost' | 'revision' | 'modelsUrl'>,
  pageUrl: string,
): ModelSource {
  const model = options.model ?? DEFAULT_MODEL;
  const hub = withSlash(options.hubHost ?? 'https://huggingface.co');
  const entry = Object.hasOwn(CATALOGUE, model) ? CATALOGUE[model] : undefined;
  if (entry?.kind === 'bundled') {
    const models = new URL(withSlash(options.modelsUrl ?? 'models'), pageUrl);
    const baseUrl = new URL(withSlash(entry.folder), models).href;
    return { name: model, baseUrl, revision: undefined, known: {}, mayHaveManifest: true };
  }
  if (entry) {
    const revision = options.revision ?? entry.revision;
    return {
      name: model,
      baseUrl: hubFolder(hub, entry.repository, revision),
      revision: COMMIT.test(revision) ? revision : undefined,
      // The hashes belong to the pinned commit only.
      known: revision === entry.revision ? entry.files : {},
      mayHaveManifest: false,
    };
  }
  if (/^(?:https?:|file:|\/|\.)/.test(model)) {
    const baseUrl = withSlash(new URL(model, pageUrl).href);
    return { name: nameOf(baseUrl), baseUrl, revision: undefined, known: {}, mayHaveManifest: true };
  }
  if (HUB_ID.test(model)) {
    const revision = options.revision ?? 'main';
    return {
      name: model,
      baseUrl: hubFolder(hub, model, revision),
      revision: COMMIT.test(revision) ? revision : undefined,
      known: {},
      mayHaveManifest: true,
    };
  }
  throw new RerankError(
    'unknown-model',
    `No model is called "${model}". Use one of ${Object.keys(CATALOGUE).join(', ')}, a Hub id (owner/name), or the ` +
      'URL of a folder (starting with https://, / or .).',
  );
}

function hubFolder(hub: string, repository: string, revision: string): string {
  return `${hub}${repository}/resolve/${encodeURIComponent(revision)}/`;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function nameOf(folderUrl: string): string {
  return decodeURIComponent(new URL(folderUrl).pathname.split('/').filter(Boolean).at(-1) ?? folderUrl);
}
