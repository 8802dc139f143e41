import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fixture } from './fixtures.js';

/** Files of a model folder by path: a fixture by its path, or an object that is written as JSON. */
export type FolderFiles = Record<string, string | object>;

const TEXTS = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];

/** Folders for tests, put together from fixtures; all are gone after `remove`. */
export class ModelFolders {
  readonly #root = mkdtempSync(join(tmpdir(), 'model-folders-'));
  #count = 0;

  /** The texts of the tiny BERT, with these files beside them or in their place. @returns the folder's path */
  make(files: FolderFiles): string {
    const folder = join(this.#root, String(this.#count++));
    const texts = TEXTS.map((file) => [file, `architectures/bert/${file}`] as const);
    for (const [path, content] of Object.entries({ ...Object.fromEntries(texts), ...files })) {
      const target = join(folder, path);
      mkdirSync(dirname(target), { recursive: true });
      if (typeof content === 'string') copyFileSync(fixture(content), target);
      else writeFileSync(target, JSON.stringify(content));
    }
    return folder;
  }

  /** Removes every folder. */
  remove(): void {
    rmSync(this.#root, { recursive: true });
  }
}
