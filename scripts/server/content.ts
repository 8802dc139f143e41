import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { extname, resolve, sep } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
};

/** A set of files: a folder on disk, or names with what they hold. */
export type FileSet = { dir: string } | { files: Record<string, string | Uint8Array> };

/** The media type of a file by its name. */
export function mediaType(path: string): string {
  return TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
}

/** Reads one file of a set; nothing when it is not there or lies outside the folder. */
export function readFrom(set: FileSet, path: string): Buffer | undefined {
  if ('files' in set) {
    const content = Object.hasOwn(set.files, path) ? set.files[path] : undefined;
    return content === undefined ? undefined : Buffer.from(content as Uint8Array);
  }
  const root = resolve(set.dir);
  const full = resolve(root, path);
  if (full !== root && !full.startsWith(root + sep)) return undefined;
  return statSync(full, { throwIfNoEntry: false })?.isFile() ? readFileSync(full) : undefined;
}

/** SHA-256 in hexadecimal. */
export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
