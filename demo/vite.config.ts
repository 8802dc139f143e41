import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Every HTML file in this folder is a page of the demo; all addresses are relative, so any path will serve it. */
export default defineConfig({
  root,
  base: './',
  publicDir: '../public',
  worker: { format: 'es' },
  build: {
    outDir: '../dist-demo',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    rollupOptions: {
      input: readdirSync(root)
        .filter((name) => name.endsWith('.html'))
        .map((name) => `${root}${name}`),
    },
  },
});
