import { OPTIONS, page, ranking } from './app.js';
import { testBundler } from './bundler.js';

testBundler({
  name: 'parcel',
  packages: ['parcel@2'],
  files: {
    'index.html': page('<script type="module" src="./src/main.js"></script>'),
    'src/main.js': ranking(OPTIONS.assets),
  },
  dev: ['npx', 'parcel', 'index.html', '--port', 'PORT'],
  build: ['npx', 'parcel', 'build', 'index.html'],
});
