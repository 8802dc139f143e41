import { RerankError } from '../errors.js';

/** A folder's URL, ending in a slash, and the query that each of its files gets, with its question mark. */
export interface FolderUrl {
  /** The folder, without the query. */
  baseUrl: string;
  /** Empty, or what a signed URL ends with. */
  query: string;
}

/**
 * Reads the URL of a folder. Folders may be named as they are: a `%` that begins no escape, a `#` (a fragment means nothing
 * here) and a `?` with nothing behind it belong to the name.
 * @returns undefined for what is no URL
 */
export function folderUrl(text: string, pageUrl: string): FolderUrl | undefined {
  const written = text
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replaceAll('#', '%23')
    .replace(/\?(?=\/?$)/, '%3F');
  let url: URL;
  try {
    url = new URL(written, pageUrl);
  } catch {
    return undefined;
  }
  if (!/^(?:https?|file|[a-z-]+-extension):$/.test(url.protocol)) return undefined;
  // A slash at the end of a query was meant for the folder.
  const query = url.search.replace(/\/$/, '');
  url.search = '';
  return { baseUrl: url.href.endsWith('/') ? url.href : `${url.href}/`, query };
}

/**
 * Reads an option that names a folder or a host by its URL.
 * @param name - the option, for messages
 * @throws RerankError `invalid-input` for anything else
 */
export function optionUrl(name: string, value: string, pageUrl: string): FolderUrl {
  const url = typeof value === 'string' && value !== '' ? folderUrl(value, pageUrl) : undefined;
  const host = name === 'hubHost' && typeof value === 'string' && !/^(?:https?:\/\/|[/.])/i.test(value);
  if (url && !host) return url;
  const example = name === 'hubHost' ? 'https://huggingface.co' : `https://example.org/${name}/, or /files/`;
  const shown = typeof value === 'string' ? `"${value}"` : `a ${typeof value}`;
  throw new RerankError(
    'invalid-input',
    `${name} is ${shown}; expected a URL${host ? ' with its scheme' : ''}, as ${example}.`,
  );
}
