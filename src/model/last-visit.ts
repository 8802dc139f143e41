import { RerankError } from '../errors.js';
import { parseObject } from './json.js';
import type { FileCache } from './cache.js';
import { fileUrl, type ModelSource } from './source.js';

/** What a model's host said when the model was last opened here: without it the files in the cache cannot be told apart. */
export interface LastVisit {
  /** The revision of the files. */
  revision: string;
  /** The text of reranker.json, where the folder has one. */
  manifest?: string | undefined;
  /** The files that were read: without a manifest nothing else tells which there are. */
  files: string[];
}

/** With something in hand, a host that does not answer is not waited for as long as without. */
export const SHORT_STALL = 5000;

/** Reads it from the cache; undefined where there is none, or where it is damaged. */
export async function readLastVisit(cache: FileCache, source: ModelSource): Promise<LastVisit | undefined> {
  const bytes = await cache.read(keyOf(source));
  if (!bytes) return undefined;
  try {
    const { revision, manifest, files } = parseObject(new TextDecoder().decode(bytes), 'the last visit');
    const right = typeof revision === 'string' && Array.isArray(files);
    if (!right || (manifest !== undefined && typeof manifest !== 'string')) return undefined;
    return { revision, manifest, files: files.map(String) };
  } catch {
    return undefined;
  }
}

/** Keeps it beside the files; never rejects. */
export function writeLastVisit(cache: FileCache, source: ModelSource, visit: LastVisit): Promise<void> {
  return cache.write(keyOf(source), new TextEncoder().encode(JSON.stringify(visit)));
}

/** Whether nothing was heard of the host, so that what it last said may count. */
export function isOutOfReach(error: unknown): boolean {
  return error instanceof RerankError && error.code === 'download-failed';
}

function keyOf(source: ModelSource): string {
  return `${fileUrl({ ...source, query: '' }, 'reranker.json')}?last-visit`;
}
