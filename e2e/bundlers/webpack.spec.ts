import { OPTIONS, page, ranking } from './app.js';
import { testBundler } from './bundler.js';

const config = `export default {
  entry: './src/main.js',
  output: { publicPath: '/' },
  devServer: { historyApiFallback: true },
};
`;
const files = { 'public/index.html': page(), 'src/main.js': ranking(OPTIONS.byItself) };

testBundler({
  name: 'webpack',
  packages: ['webpack@5', 'webpack-cli', 'webpack-dev-server'],
  files: { ...files, 'webpack.config.js': config },
  dev: ['npx', 'webpack', 'serve', '--mode', 'development', '--port', 'PORT'],
  build: ['npx', 'webpack', '--mode', 'production'],
});

testBundler({
  name: 'rspack',
  packages: ['@rspack/core', '@rspack/cli', '@rspack/dev-server'],
  files: { ...files, 'rspack.config.js': config },
  dev: ['npx', 'rspack', 'serve', '--mode', 'development', '--port', 'PORT'],
  build: ['npx', 'rspack', 'build', '--mode', 'production'],
});
