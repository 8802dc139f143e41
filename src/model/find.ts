import { RerankError } from '../errors.js';
import { meansAbsent, withoutQuery } from './answer.js';
import { whereToGet } from './carried.js';
import { readLastVisit } from './last-visit.js';
import { ModelLoader, type LoadContext } from './load.js';
import type { ModelSource } from './source.js';

/**
 * Finds a model's folder and begins with it. A model of the package's own is looked for in `models/` beside the page and then in
 * each folder above, so that an app with routes finds it at /deep/page, too; where it was found before comes first.
 *
 * @throws RerankError as `ModelLoader.begin`; where none of the folders is there, with the line that copies the model
 */
export async function findModel(
  source: ModelSource,
  context: LoadContext,
  signal?: AbortSignal,
): Promise<ModelLoader> {
  if (!source.isBundled) return begin(source, context, signal);
  const places: ModelSource[] = [source];
  for (const baseUrl of source.above) {
    const place = { ...source, baseUrl };
    const known = await readLastVisit(context.cache, place);
    if (known) places.unshift(place);
    else places.push(place);
  }
  let absence: RerankError | undefined;
  for (const place of places) {
    try {
      return await begin(place, context, signal);
    } catch (error) {
      if (!meansAbsent(error)) throw error;
      absence ??= error;
    }
  }
  const looked = places.map(({ baseUrl }) => withoutQuery(baseUrl)).join(', ');
  throw new RerankError(
    absence?.code ?? 'not-found',
    `${source.name} is not at ${looked}. ${whereToGet(source.name)}`,
    { cause: absence },
  );
}

async function begin(source: ModelSource, context: LoadContext, signal?: AbortSignal): Promise<ModelLoader> {
  const loader = new ModelLoader(source, context);
  await loader.begin(signal);
  return loader;
}
