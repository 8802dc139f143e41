import { mkdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { RerankError } from '../errors.js';
import type { Environment } from '../environment.js';
import { CATALOGUE } from '../model/catalogue.js';
import type { Manifest } from '../model/manifest.js';
import { resolveModel } from '../model/source.js';
import { nodeEnvironment } from '../node/environment.js';
import { createRerankerIn } from '../pooled-reranker.js';
import { DTYPES, oneOf } from './options.js';
import { ProgressBar } from './progress.js';
import { download } from './pull-download.js';
import { PullFolder } from './pull-folder.js';
import { describePulled } from './pull-manifest.js';

/** What `browser-reranker pull --help` prints. */
export const PULL_HELP = `browser-reranker pull MODEL [DIR] [options]

  Downloads a model into a folder, so that you can serve it yourself: configuration, tokenizer and the weights that are
  asked for, with a reranker.json that states every file's hash and what the model must score. The same command goes on
  with a download that broke off.

  MODEL                 a Hub id (owner/name), a catalogue name, or the URL of a folder in the Hub's layout
  DIR                   where to (default: models/ and the model's name)
  --dtype NAMES         the weights, with commas between several: fp32, fp16, q8, w8, q4, q4f16 (default: q8, which suits
                        WASM, or fp32 where there is no q8)
  --revision NAME       branch, tag or commit on the Hub (default: the catalogue's pin, else main)
  --hub-host URL        the Hub or a mirror (default: https://huggingface.co)
`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  dtype: { type: 'string' },
  revision: { type: 'string' },
  'hub-host': { type: 'string' },
} as const;

/** Runs `browser-reranker pull`. @param environment - where the model is opened. @returns what to print. @throws RerankError */
export async function pull(args: string[], environment: Environment = nodeEnvironment()): Promise<string> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) return PULL_HELP;
  const [model, dir, ...more] = positionals;
  if (model === undefined || more.length > 0)
    throw new RerankError('invalid-input', `Expected a model, and a folder at most.\n\n${PULL_HELP}`);
  if (Object.hasOwn(CATALOGUE, model) && CATALOGUE[model]?.kind === 'bundled') {
    const message = `${model} is an npm package: npx browser-reranker assets puts it into a folder of your site.`;
    throw new RerankError('invalid-input', message);
  }
  const dtypes = values.dtype?.split(',').map((name) => oneOf(name.trim(), DTYPES, '--dtype') ?? 'q8');
  const source = resolveModel(
    { model, revision: values.revision, hubHost: values['hub-host'] },
    environment.baseUrl,
  );
  const path = resolve(dir ?? join('models', source.name.split('/').at(-1) ?? source.name));

  const folder = new PullFolder(path, source);
  await mkdir(path, { recursive: true });
  // An old one would be believed, and it says what the other files are.
  await rm(join(path, 'reranker.json'), { force: true });
  const bar = new ProgressBar();
  try {
    const pulled = await download(folder, source, dtypes, bar.onLoad);
    await folder.removeParts();
    bar.show('Checking', 1, 1);
    const manifest = await describePulled(folder, pulled, environment);
    await folder.write('reranker.json', `${JSON.stringify(manifest, null, 2)}\n`);
    await openOnce(path, environment);
    return report(path, manifest);
  } finally {
    bar.clear();
  }
}

/** The folder as a visitor's page will find it: hashes and self-check included. */
async function openOnce(path: string, environment: Environment): Promise<void> {
  const model = pathToFileURL(`${path}/`).href;
  const reranker = await createRerankerIn(environment, { model, cache: false });
  await reranker.dispose();
}

function report(path: string, { name, revision, license, files }: Manifest): string {
  const shown = relative(process.cwd(), path) || '.';
  const folder = path.split(/[\\/]/).at(-1) ?? name;
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  const dtypes = Object.values(files).flatMap(({ dtype }) => dtype ?? []);
  return `${name} (${revision.slice(0, 12)}) is in ${shown}: ${Object.keys(files).length} files, ${(bytes / 1e6).toFixed(1)} MB, weights in ${dtypes.join(', ')}.
It was opened here, and reranker.json states each file's sha256 and what the model must score in a visitor's browser.
Licence: ${license ?? "see the model's page"}.

Serve the folder with your site and name it by its URL, from the root of the site:

  const reranker = await createReranker({ model: '/models/${folder}/' });

In Node, Deno and Bun name it by a URL that begins with a dot:

  const reranker = await createReranker({ model: './${shown.replaceAll('\\', '/')}/' });

Large files may be cached for ever, reranker.json must be asked for anew (nginx):

  location /models/ { add_header Cache-Control "public, max-age=31536000, immutable"; }
  location ~ ^/models/.*/reranker\\.json$ { add_header Cache-Control "no-cache"; }

From another origin add Access-Control-Allow-Origin: * as well. The guide: docs/guides/self-hosting.md.
`;
}
