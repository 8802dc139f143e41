import type { Activation, RerankerOptions } from '../types.js';
import { readDefaultActivation, type DefaultActivation } from './default-activation.js';
import { parseObject } from './json.js';
import { readLengths, readPadId, type Lengths } from './lengths.js';
import { mergePrompts, type Prompts } from './prompts.js';
import { readSavedSettings } from './sentence-transformers.js';

/** What must be known of a model beyond its weights and its tokenizer. */
export interface ModelSettings extends Lengths {
  /** Token that fills a batch up. */
  padId: number;
  /** What `rank` does to logits unless told otherwise. */
  activation: DefaultActivation;
  /** What may be put in front of queries. */
  prompts: Prompts;
}

/** The texts of the files that settings are read from. */
export interface SettingsTexts {
  /** config.json. */
  config: string;
  /** tokenizer_config.json. */
  tokenizerConfig: string;
  /** config_sentence_transformers.json, where there is one. */
  savedModel?: string | undefined;
  /** sentence_bert_config.json, where there is one. */
  savedTransformer?: string | undefined;
}

/**
 * Reads what a model's files say of it.
 *
 * @param known - what reranker.json or the catalogue says, which goes before the files
 * @param options - of these, `maxLength`, `prompts` and `defaultPromptName` are read
 * @throws RerankError `invalid-data`, `invalid-input`
 */
export function readSettings(
  texts: SettingsTexts,
  known: { maxLength?: number | undefined; activation?: Activation | undefined },
  options: Pick<RerankerOptions, 'maxLength' | 'prompts' | 'defaultPromptName'>,
): ModelSettings {
  const config = parseObject(texts.config, 'config.json');
  const tokenizerConfig = parseObject(texts.tokenizerConfig, 'tokenizer_config.json');
  const saved = readSavedSettings({ model: texts.savedModel, transformer: texts.savedTransformer });
  return {
    ...readLengths(config, tokenizerConfig, saved.maxLength, known.maxLength, options.maxLength),
    padId: readPadId(config) ?? 0,
    activation: known.activation ?? readDefaultActivation(config, saved.activation),
    prompts: mergePrompts(saved, options),
  };
}
