import { OPTIONS, page, ranking } from './app.js';
import { testBundler } from './bundler.js';

const config = `import { nodeResolve } from '@rollup/plugin-node-resolve';

export default {
  input: 'src/main.js',
  output: { dir: 'dist' },
  plugins: [nodeResolve({ browser: true })],
};
`;
// Rollup has no development server: its watcher builds the same.
const rollup = {
  packages: ['rollup@4', '@rollup/plugin-node-resolve'],
  build: ['npx', 'rollup', '--config'],
} as const;
const files = { 'public/index.html': page(), 'rollup.config.js': config };

testBundler({ name: 'rollup', ...rollup, files: { ...files, 'src/main.js': ranking(OPTIONS.assets) } });

testBundler({
  name: 'rollup without the line',
  ...rollup,
  files: { ...files, 'src/main.js': ranking(OPTIONS.byItself) },
  fails:
    /worker-failed: .*its script http:\/\/localhost:\d+\/\S*worker\/entry-wasm\.js could not be loaded.* assetsUrl: '\/browser-reranker\/'/,
});
