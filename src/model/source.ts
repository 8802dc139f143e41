import { RerankError } from '../errors.js';
import type { Activation, RerankerOptions } from '../types.js';
import { CATALOGUE, DEFAULT_MODEL, type CatalogueEntry } from './catalogue.js';
import type { FetchedFile } from './fetch.js';
import { folderUrl, optionUrl } from './urls.js';

type HubEntry = Extract<CatalogueEntry, { kind: 'hub' }>;

/** A folder of a model of our own. */
export interface ModelFolder {
  /** The folder's URL. */
  url: string;
  /** sha256 of its `reranker.json` in hex, which has those of all other files; where it is known. */
  manifestSha256?: string;
}

/** Where a model's files are. */
export interface ModelSource {
  /** The name for people. */
  name: string;
  /** URL of the folder, ending in a slash; without a query. */
  baseUrl: string;
  /** What every file's URL ends with: the query of a signed URL, with its question mark; mostly empty. */
  query: string;
  /** A commit that never changes, where one is known before the first request. */
  revision: string | undefined;
  /** The weights that the catalogue knows. */
  known: HubEntry['files'];
  /** sha256 of configuration and tokenizer by path, as far as the catalogue knows it. */
  texts: NonNullable<HubEntry['texts']>;
  /** What the catalogue says that `rank` does to logits. */
  activation: Activation | undefined;
  /** Whether this is the catalogue's own commit: it has no files but those that every model has. */
  isKnown: boolean;
  /** Whether it is one of the package's own models, which always have a `reranker.json`. */
  isBundled: boolean;
  /** Where else the folder may be: in `models/` of the folders above the page's own, nearest first. */
  above: readonly string[];
  /** Whether a `reranker.json` is worth asking for. */
  mayHaveManifest: boolean;
  /** sha256 of `reranker.json`, where it is known before it is read. */
  manifestSha256?: string | undefined;
  /** Whether a host of the Hub's kind serves it, which names the commit of what it sends. */
  onHub: boolean;
}

const HUB_ID = /^[\w.-]+\/[\w.-]+$/;
const COMMIT = /^[0-9a-f]{40}$/;
const DRIVE = /^(?:[A-Za-z]:[\\/]|\\\\)/;

/**
 * Turns the `model` option into the URL of a folder. Names of the catalogue come first, then URLs (absolute, or
 * starting with `/` or `.`, against `pageUrl`), then Hub ids.
 *
 * @param options - of these, `model`, `hubHost`, `revision` and `modelsUrl` are read
 * @param pageUrl - what relative URLs start from
 * @param bundledModel - see `Environment.bundledModel`
 * @throws RerankError `unknown-model` for anything else, with the names that exist; `invalid-input` for an option that is
 *   no URL
 */
export function resolveModel(
  options: Pick<RerankerOptions, 'model' | 'hubHost' | 'revision' | 'modelsUrl'>,
  pageUrl: string,
  bundledModel?: (folder: string) => ModelFolder,
): ModelSource {
  const model = options.model ?? DEFAULT_MODEL;
  // Callers without types can pass anything.
  if (typeof model !== 'string')
    throw new RerankError('invalid-input', `model is a ${typeof model}; expected a name, a Hub id or a URL.`);
  const entry = Object.hasOwn(CATALOGUE, model) ? CATALOGUE[model] : undefined;
  if (entry?.kind === 'bundled') {
    if (options.modelsUrl === undefined && bundledModel) {
      const { url, manifestSha256 } = bundledModel(entry.folder);
      return { ...folder(model, optionUrl('modelsUrl', url, pageUrl)), isBundled: true, manifestSha256 };
    }
    const models = optionUrl('modelsUrl', options.modelsUrl ?? 'models', pageUrl);
    return {
      ...folder(model, { ...models, baseUrl: `${models.baseUrl}${entry.folder}/` }),
      isBundled: true,
      above: options.modelsUrl === undefined ? foldersAbove(pageUrl, `models/${entry.folder}/`) : [],
    };
  }
  if (entry) {
    const revision = options.revision ?? entry.revision ?? 'main';
    const isKnown = revision === entry.revision;
    return {
      ...hubFolder(options.hubHost, entry.repository, revision, pageUrl),
      name: model,
      // The hashes belong to the pinned commit only; the names of files stay.
      known: isKnown ? entry.files : withoutHashes(entry.files),
      texts: (isKnown && entry.texts) || {},
      activation: isKnown ? entry.activation : undefined,
      isKnown,
      mayHaveManifest: false,
    };
  }
  if (/^(?:https?:|file:|\/|\.)/i.test(model)) {
    const url = folderUrl(model, pageUrl);
    if (url) return folder(nameOf(url.baseUrl), url);
  } else if (HUB_ID.test(model)) {
    return hubFolder(options.hubHost, model, options.revision ?? 'main', pageUrl);
  }
  const hint = DRIVE.test(model)
    ? ' A page needs the URL by which a server gives the folder; in the terminal the folder must be there.'
    : '';
  throw new RerankError(
    'unknown-model',
    `No model is called "${model}". Use one of ${Object.keys(CATALOGUE).join(', ')}, a Hub id (owner/name), or the ` +
      `URL of a folder (starting with https://, / or .).${hint}`,
  );
}

/** URL of a file of the model. @param file - its path within the folder */
export function fileUrl({ baseUrl, query }: ModelSource, file: string): string {
  return baseUrl + file.split('/').map(encodeURIComponent).join('/') + query;
}

/** The Hub names the commit in a header, or in the address that it redirects to. */
export function commitOf({ headers, url }: FetchedFile, { onHub }: ModelSource): string | undefined {
  return headers.get('x-repo-commit') ?? (onHub ? /\/([0-9a-f]{40})\//.exec(url)?.[1] : undefined);
}

function withoutHashes(files: HubEntry['files']): HubEntry['files'] {
  return Object.fromEntries(
    Object.entries(files).map(([dtype, { path, approximateBytes }]) => [dtype, { path, approximateBytes }]),
  );
}

function folder(name: string, url: { baseUrl: string; query: string }): ModelSource {
  return {
    ...url,
    name,
    revision: undefined,
    known: {},
    texts: {},
    activation: undefined,
    isKnown: false,
    isBundled: false,
    above: [],
    mayHaveManifest: true,
    onHub: false,
  };
}

/** The same path in each folder above the page's own, up to the root of its host. */
function foldersAbove(pageUrl: string, path: string): string[] {
  const places: string[] = [];
  let url = new URL('.', pageUrl);
  while (url.protocol !== 'file:' && url.pathname !== '/') {
    url = new URL('..', url);
    places.push(new URL(path, url).href);
  }
  return places;
}

function hubFolder(
  host: string | undefined,
  repository: string,
  revision: string,
  pageUrl: string,
): ModelSource {
  if (typeof revision !== 'string')
    throw new RerankError('invalid-input', 'revision is no string; expected a branch, a tag or a commit.');
  const { baseUrl, query } = optionUrl('hubHost', host ?? 'https://huggingface.co', pageUrl);
  const url = { baseUrl: `${baseUrl}${repository}/resolve/${encodeURIComponent(revision)}/`, query };
  return {
    ...folder(repository, url),
    revision: COMMIT.test(revision) ? revision : undefined,
    onHub: true,
  };
}

function nameOf(baseUrl: string): string {
  const last = new URL(baseUrl).pathname.split('/').filter(Boolean).at(-1) ?? baseUrl;
  try {
    return decodeURIComponent(last);
  } catch {
    return last; // escapes of another encoding than UTF-8
  }
}
