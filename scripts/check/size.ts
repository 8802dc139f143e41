import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

// The page's side of the package, bundled as an application would: without runtime, worker and model. The
// worker is left out by itself, since a plain bundle does not follow `new Worker(new URL(...))`.

// Half of it is checks and refusals with their sentences; the runtime that follows is 3.7 MB. Parts of weights, the fallback, the
// folder of all files, texts of documents, blending and the second visit without a network came with npm packages and sites: 3 KB more.
const LIMIT = 29 * 1024;

const bundle = await rolldown({
  input: process.env.SIZE_ENTRY ?? 'src/index.ts',
  platform: 'browser',
  external: [/^onnxruntime-web/],
});
const { output } = await bundle.generate({ format: 'es', minify: true });
const size = output.reduce((sum, part) => sum + (part.type === 'chunk' ? gzipSync(part.code).length : 0), 0);
console.log(`entry: ${(size / 1024).toFixed(2)} KB gzip of ${LIMIT / 1024} KB`);
process.exitCode = size > LIMIT ? 1 : 0;
