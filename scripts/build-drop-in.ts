import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';
import { WASM_FILES } from '../src/backend/runtime-files.js';
import type { Release } from '../src/drop-in/release.js';
import type { Runtime } from '../src/types.js';
import { integrityOf } from './integrity.js';
import { MODEL_FOLDERS, STAGED, stageModelPackages } from './packed.js';
import { sha256 } from './server/content.js';

// The folder of the script tag: a classic script, and beside it the workers, each in one file without imports. With the
// runtime's .wasm files and the models it serves a site by itself; `--code-only` leaves both out, as the npm package does, whose
// script takes them from the CDN.

const root = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(root, 'dist-script');
const codeOnly = process.argv.includes('--code-only');

const common: InlineConfig = {
  configFile: false,
  base: './',
  logLevel: 'warn',
  define: { 'process.env.NODE_ENV': '"production"' },
};
const RUNTIMES = Object.keys(WASM_FILES) as Runtime[];
const readVersion = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;

/** One worker a runtime, so that a page loads the only one it needs, and each whole, so that it starts from wherever it is. */
for (const [index, runtime] of RUNTIMES.entries())
  await build({
    ...common,
    publicDir: index === 0 && !codeOnly ? join(root, 'public') : false,
    build: {
      outDir: OUT,
      emptyOutDir: index === 0,
      target: 'es2022',
      rollupOptions: {
        input: join(root, `src/worker/entry-${runtime}.ts`),
        output: { entryFileNames: `worker-${runtime}.js`, assetFileNames: 'runtime/[name][extname]' },
      },
    },
  });

/** The script itself is classic, so that it works from a plain script tag and knows its own address. */
await build({
  ...common,
  define: { ...common.define, __RELEASE__: JSON.stringify(readRelease()) },
  publicDir: false,
  build: {
    outDir: OUT,
    emptyOutDir: false,
    target: 'es2022',
    rollupOptions: {
      input: join(root, 'src/drop-in/main.ts'),
      output: { format: 'iife', entryFileNames: 'browser-reranker.js' },
    },
  },
});

const integrity = integrityOf(join(OUT, 'browser-reranker.js'));
writeFileSync(join(OUT, 'browser-reranker.js.integrity'), `${integrity}\n`);
console.log(
  `Script tag: ${OUT}/browser-reranker.js${codeOnly ? '' : ' (copy the whole folder to your site)'}\nintegrity="${integrity}"`,
);

/** What the script holds its other files to. */
function readRelease(): Release {
  const byRuntime = (hash: (runtime: Runtime) => string) =>
    Object.fromEntries(RUNTIMES.map((runtime) => [runtime, hash(runtime)])) as Record<Runtime, string>;
  // ./package.json is not among its exports.
  const runtimeFolder = join(
    createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'),
    '../..',
  );
  stageModelPackages();
  return {
    version: readVersion(join(root, 'package.json')),
    runtimeVersion: readVersion(join(runtimeFolder, 'package.json')),
    workers: byRuntime((runtime) => sha256(readFileSync(join(OUT, `worker-${runtime}.js`)))),
    runtimes: byRuntime((runtime) => sha256(readFileSync(join(runtimeFolder, 'dist', WASM_FILES[runtime])))),
    models: Object.fromEntries(Object.values(MODEL_FOLDERS).map((folder) => [folder, readModel(folder)])),
  };
}

function readModel(folder: string): Release['models'][string] {
  const { name } = JSON.parse(readFileSync(join(STAGED, folder, 'package.json'), 'utf8')) as { name: string };
  return { package: name, manifest: sha256(readFileSync(join(STAGED, folder, 'reranker.json'))) };
}
