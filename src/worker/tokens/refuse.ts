import { RerankError } from '../../errors.js';

/**
 * Refuses a tokenizer.json that asks for something which is not known here, rather than guess.
 *
 * @param what - the part of tokenizer.json, by its name
 * @throws RerankError `unsupported-model`, always
 */
export function refuse(what: string): never {
  throw new RerankError(
    'unsupported-model',
    `tokenizer.json asks for ${what}, which this version does not know. Other token ids would give other scores, so the ` +
      'model is refused. docs/DESIGN.md lists what is known.',
  );
}
