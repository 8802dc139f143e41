import { OPTIONS, page, ranking } from './app.js';
import { testBundler } from './bundler.js';

const esbuild = {
  packages: ['esbuild'],
  dev: [
    ...['npx', 'esbuild', 'src/main.js', '--bundle', '--format=esm', '--outdir=public'],
    ...['--servedir=public', '--serve=PORT', '--serve-fallback=public/index.html'],
  ],
  build: ['npx', 'esbuild', 'src/main.js', '--bundle', '--format=esm', '--minify', '--outdir=dist'],
} as const;
const files = { 'public/index.html': page() };

testBundler({
  name: 'esbuild',
  ...esbuild,
  files: { ...files, 'src/main.js': ranking(OPTIONS.assets) },
});

testBundler({
  name: 'esbuild without the line',
  ...esbuild,
  files: { ...files, 'src/main.js': ranking(OPTIONS.byItself) },
  fails:
    /worker-failed: .*its script http:\/\/localhost:\d+\/\S*worker\/entry-wasm\.js could not be loaded.* assetsUrl: '\/browser-reranker\/'/,
});
