import { RerankError } from '../errors.js';

/** What the engine must know of a model beyond its weights. */
export interface ModelSettings {
  /** Most tokens in a pair. */
  maxLength: number;
  /** Token that fills a batch up. */
  padId: number;
}

/** The fields of config.json that are read. */
interface ModelConfig {
  model_type?: string;
  architectures?: string[];
  id2label?: Record<string, string>;
  num_labels?: number;
  max_position_embeddings?: number;
  pad_token_id?: number | null;
}

/** Above this a `model_max_length` means "not set": the reference writes 10^30 then. */
const LONGEST_STATED = 1e6;

/**
 * Reads config.json and tokenizer_config.json, and refuses what cannot rank.
 *
 * @param wanted - the caller's own limit, if any; a longer one than the model's is an error
 * @throws RerankError `unsupported-model` unless the model gives one logit a pair; `invalid-data`, `invalid-input`
 */
export function readSettings(
  files: { config: string; tokenizerConfig: string },
  manifestMaxLength: number | undefined,
  wanted: number | undefined,
): ModelSettings {
  const config = parse<ModelConfig>(files.config, 'config.json');
  const labels = config.id2label ? Object.keys(config.id2label).length : (config.num_labels ?? 2);
  if (labels !== 1) {
    throw new RerankError(
      'unsupported-model',
      `config.json states ${labels} labels (${config.architectures?.join(', ') ?? 'no architecture'}); a model that ` +
        'ranks has one logit a pair (num_labels 1), as the ms-marco cross-encoders have.',
    );
  }
  const stated = parse<{ model_max_length?: number }>(
    files.tokenizerConfig,
    'tokenizer_config.json',
  ).model_max_length;
  // RoBERTa's positions begin after the padding index.
  const offset = /roberta|camembert/.test(config.model_type ?? '') ? (config.pad_token_id ?? 1) + 1 : 0;
  const positions = (config.max_position_embeddings ?? 512) - offset;
  const limit = Math.min(
    manifestMaxLength ?? Number.POSITIVE_INFINITY,
    stated !== undefined && stated < LONGEST_STATED ? stated : Number.POSITIVE_INFINITY,
    positions,
  );
  if (wanted !== undefined && wanted > limit) {
    throw new RerankError(
      'invalid-input',
      `maxLength is ${wanted}, but this model reads at most ${limit} tokens.`,
    );
  }
  return { maxLength: wanted ?? limit, padId: config.pad_token_id ?? 0 };
}

function parse<T>(text: string, file: string): T {
  try {
    return JSON.parse(text) as T; // fields are optional in T and checked where they are used
  } catch (cause) {
    throw new RerankError('invalid-data', `${file} is not JSON.`, { cause });
  }
}
