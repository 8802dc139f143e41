import { copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, RerankError } from '../errors.js';
import type { AssetFile } from './asset-files.js';

/**
 * Copies files into a folder, each whole or not at all; what is there already is left as it is.
 * @returns how many had to be written
 * @throws RerankError `output-failed` for the first that could not be: a full disk, a folder that may not be written to
 */
export async function copyFiles(files: readonly AssetFile[], folder: string): Promise<number> {
  let written = 0;
  for (const file of files) if (await copy(file, join(folder, file.path))) written += 1;
  return written;
}

async function copy({ from, bytes }: AssetFile, to: string): Promise<boolean> {
  const part = `${to}.part`;
  try {
    const found = await stat(to).catch(() => undefined);
    if (found?.size === bytes && (await readFile(to)).equals(await readFile(from))) return false;
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, part);
    await rename(part, to);
    return true;
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    const message = `${to} could not be written: ${messageOf(cause)}. Free some space, or name a folder that may be written to.`;
    throw new RerankError('output-failed', message, { cause });
  }
}
