import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// A page a contestant, so that none carries another's bytes.
export default defineConfig({
  root: here('.'),
  base: './',
  publicDir: false,
  worker: { format: 'es' },
  build: {
    outDir: here('../../dist-bench'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: { input: ['ours', 'transformers', 'raw'].map((page) => here(`${page}.html`)) },
  },
});
