import { readFileSync } from 'node:fs';

// Licences of everything in package-lock.json: what users install may be taken into any product without further terms; tools
// that stay with us may ask for more.

/** Licences under which users' own code stays as it is. */
const FOR_USERS = ['MIT', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'];

/** Besides, for tools that are not published with us. */
const FOR_TOOLS = [
  ...FOR_USERS,
  'MPL-2.0',
  'Python-2.0',
  'PSF-2.0',
  'CC0-1.0',
  '(MIT OR CC0-1.0)',
  'CC-BY-4.0',
  '(AFL-2.1 OR BSD-3-Clause)',
];

/** Packages whose lock entry names no licence by its identifier, and what their own files say. */
const READ_BY_HAND: Record<string, string> = {
  flatbuffers: 'Apache-2.0', // "SEE LICENSE IN LICENSE.txt", which is Apache-2.0
  'hogan.js': 'Apache-2.0', // no field; its LICENSE is Apache-2.0
  '@llamaindex/core': 'MIT', // no field; its LICENSE is MIT
  '@llamaindex/env': 'MIT', // no field; of the same repository
  mkdirp: 'MIT', // an old version that says "MIT/X11"
};

/** The part of a lock file's entry that is read here. */
interface LockedPackage {
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  link?: boolean;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
const installed = Object.entries(packages).filter(([path, { link }]) => path !== '' && !link);
const refused = installed.flatMap(([path, { license, dev, devOptional }]) => {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const known = READ_BY_HAND[name] ?? license ?? 'none';
  const isTool = Boolean(dev ?? devOptional);
  if ((isTool ? FOR_TOOLS : FOR_USERS).includes(known)) return [];
  return [`${name} is licensed as ${known}, which is not on the list for ${isTool ? 'tools' : 'users'}`];
});
for (const line of refused) console.error(line);
console.log(
  `${installed.length} packages in the lock file, ${refused.length} with a licence that is not on the list`,
);
process.exitCode = refused.length > 0 || installed.length === 0 ? 1 : 0;
