import { OPTIONS, page, ranking } from './app.js';
import { testBundler } from './bundler.js';

const PLUGIN = `import { browserReranker } from 'browser-reranker/vite';

export default { base: '/app/', plugins: [browserReranker()] };
`;

const dev = ['npx', 'vite', '--port', 'PORT', '--strictPort'];
const build = ['npx', 'vite', 'build'];

for (const version of [8, 7, 6, 5]) {
  const files = {
    'index.html': page(),
    'main.js': ranking(OPTIONS.byItself),
    'vite.config.js': 'export default {};\n',
  };
  testBundler({ name: `vite ${version}`, packages: [`vite@${version}`], files, dev, build });
  testBundler({
    name: `vite ${version} with the plugin`,
    packages: [`vite@${version}`],
    files: { ...files, 'main.js': ranking(OPTIONS.plugin), 'vite.config.js': PLUGIN },
    prepare: [],
    at: '/app',
    dev,
    build,
  });
}
