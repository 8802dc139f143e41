import { RerankError } from '../errors.js';
import { ACTIVATIONS } from '../ranking/activation.js';
import type { Activation } from '../types.js';
import { isObject, wrongField, type JsonObject } from './json.js';

/** What `rank` does to logits unless told otherwise; a model's own function, by its name, where it is not known here. */
export type DefaultActivation = Activation | { unknown: string };

/** The reference's functions that are known here, by the last part of their names. */
const NAMES: Readonly<Record<string, Activation>> = {
  Identity: 'identity',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
};

/**
 * Finds what sentence-transformers' `rank` would do to the logits of a model with one label: the function that its files
 * name, else the sigmoid. Code of the model's own is left alone, as the reference leaves it unless it is told to trust it.
 *
 * @param config - config.json
 * @param saved - what config_sentence_transformers.json names, which comes first
 * @throws RerankError `invalid-data` for a field that holds no name
 */
export function readDefaultActivation(config: JsonObject, saved: string | undefined): DefaultActivation {
  const path = [saved, readStated(config)].find((name) => name?.startsWith('torch.'));
  if (path === undefined) return 'sigmoid';
  const [, name = ''] = /^torch\.nn\.(?:modules\.(?:linear|activation)\.)?(\w+)$/.exec(path) ?? [];
  return (Object.hasOwn(NAMES, name) ? NAMES[name] : undefined) ?? { unknown: path };
}

/** What a ranking needs. @throws RerankError `unsupported-model` for a function that is not known here, with its name */
export function knownActivation(activation: DefaultActivation): Activation {
  if (typeof activation === 'string') return activation;
  throw new RerankError(
    'unsupported-model',
    `The scores of this model's ranking are those of ${activation.unknown}, which is not known here. State the option ` +
      `activation (${ACTIVATIONS.join(', ')}) for other scores, or call predict for the raw logits.`,
  );
}

/** The older name counts only where the newer one is not there at all, be it null. */
function readStated(config: JsonObject): string | undefined {
  const { sentence_transformers: newer, sbert_ce_default_activation_function: older } = config;
  if (newer !== undefined && !isObject(newer))
    throw wrongField('config.json', 'sentence_transformers', newer, 'an object');
  if (newer && 'activation_fn' in newer)
    return readName('sentence_transformers.activation_fn', newer.activation_fn);
  return readName('sbert_ce_default_activation_function', older);
}

function readName(field: string, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string')
    throw wrongField('config.json', field, value, 'the name of a function, or null');
  return value;
}
