import { RerankError } from '../errors.js';
import { isObject, parseObject, wrongField, type JsonObject } from './json.js';

/** The files that sentence-transformers writes beside a cross-encoder; a folder need not have them. */
export const SAVED_FILES = {
  /** Prompts and the activation. */
  model: 'config_sentence_transformers.json',
  /** How texts become tokens. */
  transformer: 'sentence_bert_config.json',
} as const;

/** What sentence-transformers keeps of a cross-encoder beside the files of transformers. */
export interface SavedSettings {
  /** Texts that may be put in front of the query, by name. */
  prompts: Readonly<Record<string, string>>;
  /** Which of them is taken where the caller names none. */
  defaultPromptName: string | undefined;
  /** Dotted path of the activation, e.g. `torch.nn.modules.linear.Identity`. */
  activation: string | undefined;
  /** Most tokens in a pair, in place of what the tokenizer says; unchecked. */
  maxLength: unknown;
}

const NOTHING: SavedSettings = {
  prompts: {},
  defaultPromptName: undefined,
  activation: undefined,
  maxLength: undefined,
};

/**
 * Reads what sentence-transformers has saved, where it has saved a cross-encoder: from any other kind of model it takes over
 * the weights alone, and so does this.
 *
 * @param texts - the texts of {@link SAVED_FILES}, as far as they are there
 * @throws RerankError `invalid-data` naming the field; `unsupported-model` for a setting that this package does not know
 */
export function readSavedSettings(texts: {
  model: string | undefined;
  transformer: string | undefined;
}): SavedSettings {
  if (texts.model === undefined) return NOTHING;
  const saved = parseObject(texts.model, SAVED_FILES.model);
  if (saved.model_type !== 'CrossEncoder') return NOTHING;
  return {
    prompts: readPrompts(saved),
    defaultPromptName: readName(saved, 'default_prompt_name'),
    activation: readName(saved, 'activation_fn'),
    maxLength: texts.transformer === undefined ? undefined : readTransformer(texts.transformer),
  };
}

function readPrompts({ prompts = {} }: JsonObject): Record<string, string> {
  if (!isObject(prompts))
    throw wrongField(SAVED_FILES.model, 'prompts', prompts, 'an object of texts by name');
  const entries = Object.entries(prompts).map(([name, text]): [string, string] => {
    // The reference takes null for a prompt that is left empty.
    if (text !== null && typeof text !== 'string')
      throw wrongField(SAVED_FILES.model, `prompts.${name}`, text, 'a text');
    return [name, text ?? ''];
  });
  return Object.fromEntries(entries);
}

function readName(saved: JsonObject, field: string): string | undefined {
  const value = saved[field] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongField(SAVED_FILES.model, field, value, 'a text, or null');
}

/** Settings that would give other tokens than the tokenizer's files say; none of them is known to be used. */
const UNKNOWN = [
  'do_lower_case',
  'tokenizer_name_or_path',
  'processing_kwargs',
  'processor_kwargs',
  'tokenizer_args',
];

function readTransformer(text: string): unknown {
  const settings = parseObject(text, SAVED_FILES.transformer);
  const { modality_config: modalities = {} } = settings;
  const refused = UNKNOWN.find((field) => isSet(settings[field]));
  if (refused !== undefined) throw unsupported(`"${refused}"`);
  if (isObject(modalities) && 'message' in modalities) throw unsupported('"modality_config" with messages');
  return settings.max_seq_length ?? undefined;
}

function isSet(value: unknown): boolean {
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

function unsupported(what: string): RerankError {
  return new RerankError(
    'unsupported-model',
    `${SAVED_FILES.transformer} sets ${what}, which changes the tokens and is not supported here: the scores would not ` +
      'be those of sentence-transformers. Use a model without it.',
  );
}
