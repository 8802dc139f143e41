import { OPTIONS, page, ranking } from './app.js';
import { testBundler } from './bundler.js';

const parcel = {
  packages: ['parcel@2'],
  // Parcel serves and builds into the same folder, and leaves what else is there.
  prepare: ['npx', 'browser-reranker', 'assets', 'dist/browser-reranker'],
  dev: ['npx', 'parcel', 'index.html', '--port', 'PORT', '--no-cache'],
  build: ['npx', 'parcel', 'build', 'index.html', '--no-cache'],
} as const;
const files = { 'index.html': page('<script type="module" src="./src/main.js"></script>') };

testBundler({ name: 'parcel', ...parcel, files: { ...files, 'src/main.js': ranking(OPTIONS.assets) } });

testBundler({
  name: 'parcel without the line',
  ...parcel,
  files: { ...files, 'src/main.js': ranking(OPTIONS.byItself) },
  fails: /worker-failed: .* assetsUrl: '\/browser-reranker\/'/,
});
