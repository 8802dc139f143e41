import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

/** Where the script tag's folder is built: one classic script, and beside it worker, runtime and models. */
const OUT = fileURLToPath(new URL('../dist-script', import.meta.url));

const common: InlineConfig = {
  configFile: false,
  base: './',
  logLevel: 'warn',
  define: { 'process.env.NODE_ENV': '"production"' },
};
const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

/** One worker a runtime, so that a page loads the only one it needs. */
await build({
  ...common,
  publicDir: fileURLToPath(new URL('../public', import.meta.url)),
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2022',
    rollupOptions: {
      input: Object.fromEntries(
        ['wasm', 'webgpu', 'jspi'].map((runtime) => [
          `worker-${runtime}`,
          source(`worker/entry-${runtime}.ts`),
        ]),
      ),
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'runtime/[name].js',
        assetFileNames: 'runtime/[name][extname]',
      },
    },
  },
});

/** The script itself is classic, so that it works from a plain script tag and knows its own address. */
await build({
  ...common,
  publicDir: false,
  build: {
    outDir: OUT,
    emptyOutDir: false,
    target: 'es2022',
    rollupOptions: {
      input: source('drop-in/main.ts'),
      output: { format: 'iife', entryFileNames: 'browser-reranker.js' },
    },
  },
});

console.log(`Script tag: ${OUT}/browser-reranker.js (copy the whole folder to your site)`);
