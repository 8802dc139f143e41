import { RerankError } from '../errors.js';
import { isObject, type JsonObject } from './json.js';

/**
 * Refuses what does not give one logit a pair.
 * @param config - config.json
 * @throws RerankError `unsupported-model`
 */
export function checkLabels(config: JsonObject): void {
  const { id2label, num_labels: stated = 2, architectures } = config;
  const labels = isObject(id2label) ? Object.keys(id2label).length : stated;
  if (labels === 1) return;
  const named = Array.isArray(architectures) ? architectures.join(', ') : 'no architecture';
  throw new RerankError(
    'unsupported-model',
    `config.json states ${JSON.stringify(labels)} labels (${named}); a model that ranks has one logit a pair ` +
      '(num_labels 1), as the ms-marco cross-encoders have.',
  );
}
