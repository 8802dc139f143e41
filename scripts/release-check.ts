import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { printResults, runSteps } from './run.js';

// `npm run release:check`: what can only be known when a release is made, since it changes with time or
// with every change of the source, and needs the registry.

/** A version that has been out for less long may still turn out to be somebody else's. */
const LEAST_DAYS = 14;

/** Days since each runtime dependency's installed version was published; throws where the registry does not say. */
function youngest(): { name: string; version: string; days: number }[] {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version?: string; dev?: boolean; devOptional?: boolean; peer?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([path, { dev, devOptional, peer }]) => path !== '' && !dev && !devOptional && !peer)
    .map(([path, { version = '' }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const times = JSON.parse(
        execFileSync('npm', ['view', name, 'time', '--json'], { encoding: 'utf8' }),
      ) as Record<string, string>;
      const published = Date.parse(times[version] ?? '');
      if (Number.isNaN(published))
        throw new Error(`the registry does not say when ${name}@${version} was published`);
      return { name, version, days: (Date.now() - published) / 86_400_000 };
    });
}

if (process.argv[2] === 'age') {
  const young = youngest().filter(({ days }) => days < LEAST_DAYS);
  for (const { name, version, days } of young)
    console.error(
      `${name}@${version} was published ${days.toFixed(1)} days ago; wait until it is ${LEAST_DAYS} days old`,
    );
  process.exitCode = young.length > 0 ? 1 : 0;
} else {
  const results = await runSteps([
    { name: 'script tag', command: ['npm', 'run', '--silent', 'build:script', '--', '--code-only'] },
    { name: 'integrity', command: ['tsx', 'scripts/integrity.ts', '--check'] },
    { name: 'licences', command: ['tsx', 'scripts/check/licences.ts'] },
    { name: 'age', command: ['tsx', 'scripts/release-check.ts', 'age'] },
    { name: 'advisories', command: ['npm', 'audit', '--omit=dev', '--audit-level=low'] },
  ]);
  printResults(results);
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
}
