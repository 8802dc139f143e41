import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/model/manifest.js';
import { MODEL_FOLDERS } from '../packed.js';
import { sha256 } from '../server/content.js';
import { LARGEST_FILE, stageModelPackage } from './model-package.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const temporary = mkdtempSync(join(tmpdir(), 'browser-reranker-package-'));
afterAll(() => rmSync(temporary, { recursive: true }));

describe.each(Object.values(MODEL_FOLDERS))('the package of %s', (model) => {
  const source = join(root, 'public/models', model);
  const staged = join(temporary, model);
  const readManifest = (folder: string) =>
    parseManifest(readFileSync(join(folder, 'reranker.json'), 'utf8'), folder);
  beforeAll(() => stageModelPackage(source, staged, join(root, 'LICENSE')));

  it('has 50 MB at most, and no file over the limit', () => {
    const sizes = readdirSync(staged, { recursive: true, encoding: 'utf8' })
      .map((path) => statSync(join(staged, path)))
      .flatMap((entry) => (entry.isFile() ? [entry.size] : []));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(50_000_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LARGEST_FILE);
  });

  it('holds every file of the folder, whole or in parts that join to it', () => {
    const { files, ...stated } = readManifest(staged);
    const { files: whole, ...before } = readManifest(source);
    expect(stated).toEqual(before);
    expect(Object.keys(files)).toEqual(Object.keys(whole));
    for (const [path, { parts, ...file }] of Object.entries(files)) {
      expect(file).toEqual(whole[path]);
      const stored = parts ?? [{ path, ...file }];
      const contents = stored.map((part) => {
        const content = readFileSync(join(staged, part.path));
        expect({ sha256: sha256(content), bytes: content.length }).toEqual({
          sha256: part.sha256,
          bytes: part.bytes,
        });
        return content;
      });
      expect(sha256(Buffer.concat(contents))).toBe(file.sha256);
    }
  });

  it('can be published: version of the main package, licence, exports, and a README', () => {
    const json = JSON.parse(readFileSync(join(staged, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(json).toMatchObject({ version, license: 'Apache-2.0', exports: { './*': './*' } });
    expect(json.private).toBeUndefined();
    expect(readFileSync(join(staged, 'README.md'), 'utf8')).toContain(`npm install ${String(json.name)}`);
    expect(readFileSync(join(staged, 'LICENSE'), 'utf8')).toContain('Apache License');
  });
});
