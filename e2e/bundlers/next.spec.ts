import { OPTIONS, showing } from './app.js';
import { testBundler } from './bundler.js';

const files = {
  'app/layout.jsx': `export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}
`,
  'app/show.js': showing(OPTIONS.byItself),
  'app/page.jsx': `'use client';
import { useEffect } from 'react';
import { show } from './show.js';

export default function Page() {
  useEffect(() => void show(), []);
  return <pre id="result" />;
}
`,
  'app/deep/page/page.jsx': `export { default } from '../../page.jsx';\n`,
};

for (const [name, flags] of [
  ['next turbopack', []],
  ['next webpack', ['--webpack']],
] as const)
  testBundler({
    name,
    packages: ['next@16', 'react', 'react-dom'],
    files,
    dev: ['npx', 'next', 'dev', ...flags, '--port', 'PORT'],
    build: ['npx', 'next', 'build', ...flags],
    start: ['npx', 'next', 'start', '--port', 'PORT'],
  });
