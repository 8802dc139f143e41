import { meansAbsent } from '../model/answer.js';
import { NO_CACHE } from '../model/cache.js';
import { parseObject } from '../model/json.js';
import { resolveLabel } from '../model/labels.js';
import { ModelLoader } from '../model/load.js';
import { SAVED_FILES } from '../model/sentence-transformers.js';
import { readSettings } from '../model/settings.js';
import type { ModelSource } from '../model/source.js';
import { readExternalData, readGraph, weightPaths } from '../model/weights.js';
import type { Dtype, LoadProgress } from '../types.js';
import type { PullFolder } from './pull-folder.js';

/** A graph of a pulled folder. */
export interface PulledGraph {
  /** Its path in the folder. */
  path: string;
  /** How its weights are stored. */
  dtype: Dtype;
}

/** What was downloaded. */
export interface Pulled {
  /** The graphs, in the order in which their dtypes were asked for. */
  graphs: PulledGraph[];
  /** Most tokens that the model can read in a pair. */
  maxLength: number;
  /** Who read it; it knows the revision and the source's own manifest. */
  loader: ModelLoader;
}

/** Without a wish: what suits WASM, and else what every folder has. */
const USUAL: readonly Dtype[] = ['q8', 'fp32'];

/**
 * Downloads a model's files into a folder, small ones first: one that cannot rank is refused before its weights are downloaded.
 * @param dtypes - the weights that are asked for; undefined takes q8, or fp32 where there is none
 * @throws RerankError as the loader; `unsupported-model`
 */
export async function download(
  folder: PullFolder,
  source: ModelSource,
  dtypes: readonly Dtype[] | undefined,
  onProgress: (progress: LoadProgress) => void,
): Promise<Pulled> {
  const loader = new ModelLoader(source, { fetch: folder.fetch, cache: NO_CACHE, retries: 3, onProgress });
  const kept = async (file: string, bytes: Uint8Array) => {
    await folder.keep(file, bytes);
    return bytes;
  };
  const read = async (file: string) => kept(file, await loader.read(file));
  const readText = async (file: string) => new TextDecoder().decode(await read(file));
  const readOptional = async (file: string) => {
    const bytes = await loader.readOptional(file);
    return bytes && new TextDecoder().decode(await kept(file, bytes));
  };
  await loader.begin();
  const texts = {
    config: await readText('config.json'),
    tokenizerConfig: await readText('tokenizer_config.json'),
    savedModel: await readOptional(SAVED_FILES.model),
  };
  const savedTransformer = texts.savedModel && (await readOptional(SAVED_FILES.transformer));
  const known = { activation: source.activation, ...loader.manifest };
  const { modelMaxLength } = readSettings({ ...texts, savedTransformer }, known, {});
  resolveLabel(parseObject(texts.config, 'config.json'), undefined);
  await read('tokenizer.json');

  const graphs: PulledGraph[] = [];
  for (const choice of dtypes ? dtypes.map((dtype) => [dtype]) : [USUAL]) {
    const named = choice.flatMap((dtype) =>
      weightPaths(loader, dtype, { dtype: dtypes ? dtype : 'auto' }).map((path) => ({ path, dtype })),
    );
    const found = await readGraph(
      named.map(({ path }) => path),
      read,
      meansAbsent,
    );
    await readExternalData(found, read, meansAbsent);
    graphs.push(...named.filter(({ path }) => path === found.path).slice(0, 1));
  }
  return { graphs, maxLength: modelMaxLength, loader };
}
