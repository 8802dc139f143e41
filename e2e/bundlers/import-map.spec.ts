import { OPTIONS, page, ranking } from './app.js';
import { testBundler } from './bundler.js';

const MAP = `<script type="importmap">
  {
    "imports": {
      "browser-reranker": "/node_modules/browser-reranker/dist/index.js",
      "comlink": "/node_modules/comlink/dist/esm/comlink.mjs",
      "pbf": "/node_modules/pbf/index.js"
    }
  }
</script>
<script type="module" src="/main.js"></script>`;
const files = { 'index.html': page(MAP) };
const none = { packages: [], build: ['true'], out: '.' } as const;

testBundler({ name: 'import map', ...none, files: { ...files, 'main.js': ranking(OPTIONS.assets) } });

testBundler({
  name: 'import map without the line',
  ...none,
  files: { ...files, 'main.js': ranking(OPTIONS.byItself) },
  fails:
    /worker-failed: .*its script http:\/\/localhost:\d+\/\S*worker\/entry-wasm\.js could not be loaded, or a script that it imports.* assetsUrl: '\/browser-reranker\/'/,
});
