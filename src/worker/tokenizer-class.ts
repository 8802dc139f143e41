import { RerankError } from '../errors.js';

/** The tokenizer classes of transformers 5 whose settings are known here; `TokenizersBackend` takes tokenizer.json as it is. */
export type TokenizerClass =
  | 'TokenizersBackend'
  | 'BertTokenizer'
  | 'DistilBertTokenizer'
  | 'MPNetTokenizer'
  | 'RobertaTokenizer'
  | 'XLMRobertaTokenizer'
  | 'CamembertTokenizer'
  | 'DebertaV2Tokenizer';

/** Class names (without `Fast`) and what they stand for in transformers 5. */
const CLASSES: Readonly<Record<string, TokenizerClass>> = {
  TokenizersBackend: 'TokenizersBackend',
  PreTrainedTokenizer: 'TokenizersBackend',
  PythonBackend: 'TokenizersBackend',
  BertTokenizer: 'BertTokenizer',
  ElectraTokenizer: 'BertTokenizer',
  LayoutLMTokenizer: 'BertTokenizer',
  LxmertTokenizer: 'BertTokenizer',
  MobileBertTokenizer: 'BertTokenizer',
  SqueezeBertTokenizer: 'BertTokenizer',
  DistilBertTokenizer: 'DistilBertTokenizer',
  MPNetTokenizer: 'MPNetTokenizer',
  RobertaTokenizer: 'RobertaTokenizer',
  BartTokenizer: 'RobertaTokenizer',
  LEDTokenizer: 'RobertaTokenizer',
  LongformerTokenizer: 'RobertaTokenizer',
  MvpTokenizer: 'RobertaTokenizer',
  XLMRobertaTokenizer: 'XLMRobertaTokenizer',
  CamembertTokenizer: 'CamembertTokenizer',
  DebertaV2Tokenizer: 'DebertaV2Tokenizer',
};

/** For each class the values of `model_type` in config.json that it is registered for. */
const REGISTERED: Readonly<Record<TokenizerClass, string>> = {
  TokenizersBackend:
    'modernbert modernbert-decoder nystromformer xlm-roberta-xl bigbird_pegasus umt5 granite olmo2 olmo3 camembertv2-base',
  BertTokenizer:
    'bert convbert distilbert electra ernie layoutlm lxmert megatron-bert mobilebert nezha nomic_bert qdqbert realm retribert squeezebert',
  DistilBertTokenizer: '',
  MPNetTokenizer: 'mpnet',
  RobertaTokenizer: 'roberta roberta-prelayernorm bart data2vec-text ibert led lilt longformer mega mra mvp',
  XLMRobertaTokenizer: 'xlm-roberta gte jina_embeddings_v3 xmod',
  CamembertTokenizer: 'camembert',
  DebertaV2Tokenizer: 'deberta-v2',
};

/** What is asked of the two configuration files, both of unknown origin. */
export interface ClassHints {
  /** `tokenizer_class` of tokenizer_config.json, else of config.json. */
  stated: string | undefined;
  /** `model_type` of config.json. */
  modelType: string | undefined;
}

/**
 * The class that transformers' `AutoTokenizer` opens a tokenizer with: the one that is stated, else the one that is
 * registered for the model's type; types that are registered for the generic class have it in any case.
 * @throws RerankError `unsupported-model` for a class whose settings are not known here
 */
export function resolveTokenizerClass({ stated, modelType }: ClassHints): TokenizerClass {
  const registered = Object.entries(REGISTERED).find(
    ([, types]) => modelType !== undefined && types.split(' ').includes(modelType),
  )?.[0] as TokenizerClass | undefined;
  if (registered === 'TokenizersBackend') return registered;
  if (stated === undefined) {
    if (registered) return registered;
    // The reference takes tokenizer.json as it is where nothing says anything about it.
    if (!modelType) return 'TokenizersBackend';
    throw refusal(
      `model_type '${modelType}' of config.json, and tokenizer_config.json states no tokenizer_class`,
    );
  }
  const known = CLASSES[stated.replace(/Fast$/, '')];
  if (!known) throw refusal(`tokenizer_class '${stated}'`);
  return known;
}

function refusal(what: string): RerankError {
  return new RerankError(
    'unsupported-model',
    `What a tokenizer applies beside tokenizer.json is not known for ${what}. Known: ` +
      `${Object.keys(CLASSES).join(', ')}. If tokenizer.json says all of it, state "tokenizer_class": ` +
      '"PreTrainedTokenizerFast" in tokenizer_config.json.',
  );
}
