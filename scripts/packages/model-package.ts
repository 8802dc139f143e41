import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { ManifestFile } from '../../src/model/manifest.js';
import { sha256 } from '../server/content.js';

// public/models/NAME is a whole folder for servers of one's own; its npm package is made from it here.

/** No public CDN is known to refuse files up to this size; larger weights are stored in parts. */
export const LARGEST_FILE = 20_000_000;

/**
 * Makes the folder of a model's npm package: the same files, but weights over {@link LARGEST_FILE} in parts, which
 * `reranker.json` lists with their hashes.
 *
 * @param model - a folder with package.json and reranker.json
 * @param out - where the package is written; emptied first
 * @param license - the text that belongs to the weights
 */
export function stageModelPackage(model: string, out: string, license: string): void {
  rmSync(out, { recursive: true, force: true });
  for (const entry of readdirSync(model, { recursive: true, encoding: 'utf8' })) {
    if (!statSync(join(model, entry)).isFile()) continue;
    mkdirSync(dirname(join(out, entry)), { recursive: true });
    copyFileSync(join(model, entry), join(out, entry));
  }
  copyFileSync(license, join(out, 'LICENSE'));
  // Keeps the folder itself, with its whole weights, from being published by mistake.
  rewriteJson(join(out, 'package.json'), (json: { private?: boolean }) => ({ ...json, private: undefined }));
  rewriteJson(join(out, 'reranker.json'), (manifest: { files: Record<string, ManifestFile> }) => {
    for (const [path, file] of Object.entries(manifest.files))
      if (file.bytes > LARGEST_FILE) file.parts = splitFile(out, path);
    return manifest;
  });
}

/** Replaces a file by parts of like size beside it. */
function splitFile(folder: string, path: string): NonNullable<ManifestFile['parts']> {
  const whole = readFileSync(join(folder, path));
  const count = Math.ceil(whole.length / LARGEST_FILE);
  const size = Math.ceil(whole.length / count);
  const parts = Array.from({ length: count }, (_, index) => {
    const content = whole.subarray(index * size, (index + 1) * size);
    const name = `${path}.part${index + 1}`;
    writeFileSync(join(folder, ...name.split('/')), content);
    return { path: name.split(sep).join('/'), sha256: sha256(content), bytes: content.length };
  });
  rmSync(join(folder, path));
  return parts;
}

function rewriteJson<T extends object>(path: string, change: (json: T) => object): void {
  const json = JSON.parse(readFileSync(path, 'utf8')) as T;
  writeFileSync(path, `${JSON.stringify(change(json), null, 2)}\n`);
}
