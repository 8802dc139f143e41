import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { projectFiles } from './files.js';
import { stageModelPackage } from './packages/model-package.js';

// The npm packages as they would be published. `npx tsx scripts/packed.ts` packs them and prints where they are.

/** Paths of the packed npm packages. */
export interface PackedTarballs {
  /** `browser-reranker`. */
  main: string;
  /** `browser-reranker-minilm-l6-en`. */
  l6: string;
  /** `browser-reranker-minilm-l3-en`. */
  l3: string;
}

/** Every model that is a package of its own, by its folder under public/models. */
export const MODEL_FOLDERS = { l6: 'minilm-l6-rerank-en', l3: 'minilm-l3-rerank-en' } as const;

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where model packages are put together, for `npm publish`, too. */
export const STAGED = join(root, '.cache', 'packages');

/** What the packages are made of. */
const INPUTS = [
  'src',
  'scripts',
  'public',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];
const TEXTS = ['README.md', 'LICENSE', 'CHANGELOG.md'];

/** Packs the packages, or gives those packed before, as long as nothing they are made of has changed. */
export async function packedTarballs(): Promise<PackedTarballs> {
  const folder = join(root, '.cache', 'packed');
  const packed = join(folder, inputsHash());
  if (!existsSync(packed)) {
    mkdirSync(folder, { recursive: true });
    const fresh = mkdtempSync(join(folder, 'fresh-'));
    for (const from of [root, ...stageModelPackages()]) await pack(from, fresh);
    for (const old of readdirSync(folder))
      if (!old.startsWith('fresh-')) rmSync(join(folder, old), { recursive: true, force: true });
    renameSync(fresh, packed);
  }
  const tarballs = readdirSync(packed);
  const find = (name: string) => {
    const file = tarballs.find((each) => new RegExp(`^${name}-\\d.*\\.tgz$`).test(each));
    if (file === undefined) throw new Error(`npm pack made no ${name}: ${tarballs.join(', ')}`);
    return join(packed, file);
  };
  return {
    main: find('browser-reranker'),
    l6: find('browser-reranker-minilm-l6-en'),
    l3: find('browser-reranker-minilm-l3-en'),
  };
}

async function pack(from: string, to: string): Promise<void> {
  // What the build prints is shown only when it fails, as a part of the error.
  const options = { cwd: from, maxBuffer: 64 * 2 ** 20 };
  await promisify(execFile)('npm', ['pack', '--pack-destination', to], options);
}

/** Puts the model packages together. @returns their folders */
export function stageModelPackages(): string[] {
  return Object.values(MODEL_FOLDERS).map((model) => {
    const staged = join(STAGED, model);
    stageModelPackage(join(root, 'public', 'models', model), staged, join(root, 'LICENSE'));
    return staged;
  });
}

function inputsHash(): string {
  const hash = createHash('sha256');
  for (const path of projectFiles(...INPUTS, ...TEXTS)) {
    if (/\.test\.ts$|^src\/testing\//.test(path)) continue;
    hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.log(JSON.stringify(await packedTarballs(), null, 2));
