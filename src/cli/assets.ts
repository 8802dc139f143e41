import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { RerankError } from '../errors.js';
import {
  CARRIED_MODELS,
  engineFiles,
  installedModels,
  modelFiles,
  type AssetFile,
} from '../node/asset-files.js';
import { copyFiles } from '../node/copy-files.js';
import { packageOf } from '../model/carried.js';
import type { Device } from '../types.js';
import { oneOf } from './options.js';

/** What `browser-reranker assets --help` prints. */
export const ASSETS_HELP = `browser-reranker assets DIR [options]

Writes what a page needs at run time into a folder that your site serves: self-contained workers, onnxruntime-web's files
(runtime/) and models (models/). The page names the folder: createReranker({ assetsUrl: '/browser-reranker/' }).
What is there already is left as it is; nothing is deleted.

  --model NAME     ${CARRIED_MODELS.join(' or ')}, from its own npm package; may be given more than once
                   (default: those that are installed)
  --device NAME    wasm or webgpu; may be given more than once (default: both)
  --help           print this
`;

const DEVICES = ['wasm', 'webgpu'] as const satisfies readonly Device[];

/**
 * `browser-reranker assets`.
 * @returns what was written, for people
 * @throws RerankError `invalid-input`, `not-found` (a model's package is missing), `output-failed`
 */
export async function assets(args: string[]): Promise<string> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      model: { type: 'string', multiple: true },
      device: { type: 'string', multiple: true },
    },
  });
  if (values.help) return ASSETS_HELP;
  const [folder, ...others] = positionals;
  if (!folder || others.length > 0)
    throw new RerankError('invalid-input', `Name one folder to write to.\n\n${ASSETS_HELP}`);
  const devices = values.device?.flatMap((name) => oneOf(name, DEVICES, '--device') ?? []) ?? DEVICES;
  const models = values.model ?? installedModels(process.cwd());
  const files = [...engineFiles(devices), ...modelFiles([...new Set(models)], process.cwd())];
  return report(folder, files, await copyFiles(files, folder), models);
}

function report(
  folder: string,
  files: readonly AssetFile[],
  written: number,
  models: readonly string[],
): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const total = megabytes(files.reduce((sum, { bytes }) => sum + bytes, 0));
  const packages = CARRIED_MODELS.map(packageOf).join(' or ');
  return [
    `${folder}: ${files.length} files, ${total} (${written} written, ${files.length - written} there already)`,
    ...files.map(({ path, bytes }) => `  ${path} (${megabytes(bytes)})`),
    ...(models.length > 0
      ? []
      : [`No model is among them, since none is installed here: npm install ${packages}`]),
    `Pass the URL at which your site serves it: createReranker({ assetsUrl: '/${basename(resolve(folder))}/' })`,
    '',
  ].join('\n');
}
