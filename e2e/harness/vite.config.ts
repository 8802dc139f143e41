import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// The page that the browser tests drive: the library from source, built as a user's bundler would.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  publicDir: false,
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('../../dist-e2e/harness', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
  },
});
