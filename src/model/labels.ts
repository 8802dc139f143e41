import { RerankError } from '../errors.js';
import { isObject, type JsonObject } from './json.js';

/**
 * Finds out which of a model's logits ranks. A config.json that names no labels says nothing: the graph's output decides.
 *
 * @param config - config.json
 * @param wanted - the option `label`
 * @returns the label's number; undefined for a model with one logit a pair
 * @throws RerankError `unsupported-model` for several labels of which none is chosen, `invalid-input` for one that is not there
 */
export function resolveLabel(config: JsonObject, wanted: number | string | undefined): number | undefined {
  const { id2label, num_labels: stated, architectures } = config;
  const names = isObject(id2label) ? id2label : {};
  const count = Object.keys(names).length || (typeof stated === 'number' ? stated : undefined);
  const shown = Object.entries(names)
    .map(([number, name]) => `${number} ${JSON.stringify(name)}`)
    .join(', ');
  if (wanted === undefined) {
    if (count === undefined || count === 1) return undefined;
    const named = Array.isArray(architectures) ? architectures.join(', ') : 'no architecture';
    throw new RerankError(
      'unsupported-model',
      `config.json states ${count} labels${shown && ` (${shown})`} for ${named}; a model that ranks has one logit a pair. ` +
        (hasHead(architectures)
          ? 'Say which label ranks with the option label (its number or its name).'
          : 'It names no classifier, so there is no head that ranks: this is a text-embedding or language model.'),
    );
  }
  const named = Object.entries(names).find(([, name]) => name === wanted)?.[0];
  const number = typeof wanted === 'number' ? wanted : Number(named);
  if (Number.isInteger(number) && number >= 0 && number < (count ?? Number.POSITIVE_INFINITY)) {
    return count === 1 ? undefined : number;
  }
  throw new RerankError(
    'invalid-input',
    `label is ${JSON.stringify(wanted)}; config.json ` +
      (count === undefined ? 'names no labels, so say its number.' : `has ${shown || `${count} labels`}.`),
  );
}

function hasHead(architectures: unknown): boolean {
  return (
    Array.isArray(architectures) &&
    architectures.some((name) => String(name).endsWith('ForSequenceClassification'))
  );
}

/**
 * Says why a graph has no head that ranks, where sentence-transformers puts modules behind it.
 * @param modules - text of modules.json
 * @returns undefined where the file tells nothing
 */
export function explainModules(modules: string): string | undefined {
  let list: unknown;
  try {
    list = JSON.parse(modules);
  } catch {
    return undefined; // it is only asked for an explanation
  }
  if (!Array.isArray(list)) return undefined;
  const kinds = list.map((module) => (isObject(module) ? String(module.type).split('.').at(-1) : ''));
  const behind = kinds.slice(1).filter((kind) => kind !== '');
  if (behind.length === 0) return undefined;
  return behind.some((kind) => /^(?:Dense|LogitScore)$/.test(kind ?? ''))
    ? `modules.json puts its head (${behind.join(', ')}) behind the graph, where it cannot be run here. Export the whole ` +
        'model into one graph: python -m training.export.'
    : `modules.json (${behind.join(', ')}) is that of a text-embedding model, which gives vectors and no scores.`;
}
