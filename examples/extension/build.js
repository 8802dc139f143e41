import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

// src -> dist, which is the folder that Chrome loads ("Load unpacked").

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  root: here('src'),
  base: './',
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    // Chrome refuses inline scripts, and the store refuses code that it cannot read.
    modulePreload: false,
    rollupOptions: {
      input: [here('src/offscreen.html'), here('src/page.html'), here('src/background.js')],
      // The manifest names the service worker, so its file keeps its name.
      output: { entryFileNames: '[name].js' },
    },
  },
});
cpSync(here('src/manifest.json'), here('dist/manifest.json'));
// The model comes with the extension: nothing is downloaded when it ranks.
cpSync(here('node_modules/browser-reranker-minilm-l6-en'), here('dist/models/minilm-l6-rerank-en'), {
  recursive: true,
});
