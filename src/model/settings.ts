import { parseObject } from './json.js';
import { checkLabels } from './labels.js';
import { readLengths, readPadId, type Lengths } from './lengths.js';

/** What the engine must know of a model beyond its weights. */
export interface ModelSettings extends Lengths {
  /** Token that fills a batch up. */
  padId: number;
}

/**
 * Reads config.json and tokenizer_config.json, and refuses what cannot rank.
 *
 * @param manifestMaxLength - what reranker.json says, if there is one
 * @param wanted - the caller's own limit, if any; a longer one than the model's is an error
 * @throws RerankError `unsupported-model` unless the model gives one logit a pair; `invalid-data`, `invalid-input`
 */
export function readSettings(
  files: { config: string; tokenizerConfig: string },
  manifestMaxLength: number | undefined,
  wanted: number | undefined,
): ModelSettings {
  const config = parseObject(files.config, 'config.json');
  checkLabels(config);
  const tokenizerConfig = parseObject(files.tokenizerConfig, 'tokenizer_config.json');
  return {
    ...readLengths(config, tokenizerConfig, manifestMaxLength, wanted),
    padId: readPadId(config) ?? 0,
  };
}
