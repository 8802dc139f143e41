import { RerankError } from '../errors.js';
import { isObject } from '../model/json.js';
import type { TokenizerClass } from './tokenizer-class.js';
import { modelType, type AddedToken, type TokenizerJson, type TokenizerSettings } from './tokenizer-json.js';

/** What a class makes of the vocabulary in tokenizer.json: all but the vocabulary is the class's own. */
interface Recipe {
  /** The model that the class is built on. */
  model: 'WordPiece' | 'BPE' | 'Unigram';
  /** Whether it gives token types unless `model_input_names` says otherwise. */
  typed: boolean;
  /** Special tokens unless the settings name others, in the order in which they are added. */
  tokens: Readonly<Record<string, string>>;
  /** Properties of a special token that is stated as a mere string. */
  plain?: (name: string) => Partial<AddedToken>;
  /** Special tokens that come with the class where the settings name none. */
  extra?: readonly string[];
  /** The class's own parts of tokenizer.json. */
  build: (json: TokenizerJson, settings: TokenizerSettings, unk: string) => TokenizerJson;
  /** A pair, by the names of its special tokens; `types` says what the passage's type is. */
  pair: PairRecipe;
}

/** How a class puts a pair together. */
export interface PairRecipe {
  /** The special token before the query. */
  first: string;
  /** The special token after each text. */
  last: string;
  /** How often `last` stands between the two. */
  between: 1 | 2;
  /** The token type of the passage. */
  passageType: 0 | 1;
}

const BERT_TOKENS = {
  unk_token: '[UNK]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  mask_token: '[MASK]',
};

const ROBERTA_TOKENS = {
  bos_token: '<s>',
  eos_token: '</s>',
  unk_token: '<unk>',
  sep_token: '</s>',
  pad_token: '<pad>',
  cls_token: '<s>',
  mask_token: '<mask>',
};

const BERT_PAIR: PairRecipe = { first: 'cls_token', last: 'sep_token', between: 1, passageType: 1 };
const ROBERTA_PAIR: PairRecipe = { first: 'cls_token', last: 'sep_token', between: 2, passageType: 0 };
const SENTENCEPIECE_PAIR: PairRecipe = { ...ROBERTA_PAIR, first: 'bos_token', last: 'eos_token' };

const BERT: Recipe = {
  model: 'WordPiece',
  typed: true,
  tokens: BERT_TOKENS,
  build: ({ model }, settings, unk) => ({
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: settings.flag('tokenize_chinese_chars', true),
      // Missing: as do_lower_case says.
      strip_accents: settings.values.strip_accents == null ? null : settings.flag('strip_accents', false),
      lowercase: settings.flag('do_lower_case', true),
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      type: 'WordPiece',
      vocab: model?.vocab ?? {},
      unk_token: unk,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
    },
  }),
  pair: BERT_PAIR,
};

const XLM_ROBERTA: Recipe = {
  model: 'Unigram',
  typed: false,
  tokens: ROBERTA_TOKENS,
  build: ({ model, normalizer }, settings) => ({
    normalizer: precompiled(normalizer),
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace(settings, 'never')],
    },
    model: { type: 'Unigram', vocab: model?.vocab ?? [], unk_id: 3 },
  }),
  pair: SENTENCEPIECE_PAIR,
};

/** The classes of transformers 5.18 that build a tokenizer of their own, and how. */
export const RECIPES: Readonly<Record<Exclude<TokenizerClass, 'TokenizersBackend'>, Recipe>> = {
  BertTokenizer: BERT,
  DistilBertTokenizer: { ...BERT, typed: false },
  MPNetTokenizer: {
    ...BERT,
    typed: false,
    tokens: { ...ROBERTA_TOKENS, unk_token: '[UNK]' },
    plain: (name) => ({ normalized: true, special: true, lstrip: name === 'mask_token' }),
    pair: ROBERTA_PAIR,
  },
  RobertaTokenizer: {
    model: 'BPE',
    typed: false,
    tokens: ROBERTA_TOKENS,
    build: ({ model }, settings) => ({
      normalizer: null,
      pre_tokenizer: {
        type: 'ByteLevel',
        add_prefix_space: settings.flag('add_prefix_space', false),
        trim_offsets: true,
        use_regex: true,
      },
      model: { type: 'BPE', vocab: model?.vocab ?? {}, merges: model?.merges ?? [], unk_token: null },
    }),
    pair: ROBERTA_PAIR,
  },
  XLMRobertaTokenizer: XLM_ROBERTA,
  CamembertTokenizer: {
    ...XLM_ROBERTA,
    plain: (name) => ({ special: true, lstrip: name === 'mask_token' }),
    extra: ['<s>NOTUSED', '</s>NOTUSED', '<unk>NOTUSED'],
    build: (json, settings, unk) => {
      const built = XLM_ROBERTA.build(json, settings, unk);
      const place = pieces(json).findIndex(([piece]) => piece === unk);
      return { ...built, model: { ...built.model, unk_id: Math.max(place, 0) } };
    },
  },
  DebertaV2Tokenizer: {
    model: 'Unigram',
    typed: true,
    tokens: { bos_token: '[CLS]', eos_token: '[SEP]', ...BERT_TOKENS },
    build: (json, settings, unk) => {
      const place = pieces(json).findIndex(([piece, score]) => piece === unk && score === 0);
      const stated = settings.values.unk_id;
      return {
        normalizer: {
          type: 'Sequence',
          normalizers: [
            ...(settings.flag('do_lower_case', false) ? [{ type: 'Lowercase' }] : []),
            // The reference's \s, which is Unicode's; JavaScript's differs by two characters.
            { type: 'Replace', pattern: { Regex: '\\p{White_Space}{2,}|[\\n\\r\\t]' }, content: ' ' },
            { type: 'NFC' },
            { type: 'Strip', strip_left: false, strip_right: true },
          ],
        },
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [
            ...(settings.flag('split_by_punct', false)
              ? [{ type: 'Punctuation', behavior: 'Isolated' }]
              : []),
            metaspace(settings, 'first'),
          ],
        },
        model: {
          type: 'Unigram',
          vocab: json.model?.vocab ?? [],
          unk_id: place >= 0 ? place : typeof stated === 'number' ? stated : 1,
        },
      };
    },
    pair: BERT_PAIR,
  },
};

/**
 * Refuses a tokenizer.json that a class cannot be built from.
 * @throws RerankError `unsupported-model`
 */
export function checkModel(json: TokenizerJson, recipe: Recipe, name: TokenizerClass): void {
  const found = modelType(json.model ?? {});
  if (found === recipe.model) return;
  throw new RerankError(
    'unsupported-model',
    `tokenizer_class ${name} builds a ${recipe.model} tokenizer, but tokenizer.json has one of type ${found}.`,
  );
}

function metaspace(settings: TokenizerSettings, without: 'never' | 'first') {
  const prepend = settings.flag('add_prefix_space', true);
  return { type: 'Metaspace', replacement: '▁', prepend_scheme: prepend ? 'always' : without, split: true };
}

/** The first charsmap of the file's normalisers; the class drops all others. */
function precompiled(normalizer: unknown): unknown {
  if (!isObject(normalizer)) return null;
  const steps: unknown = normalizer.type === 'Sequence' ? normalizer.normalizers : [normalizer];
  const list: unknown[] = Array.isArray(steps) ? steps : [];
  return list.find((step) => isObject(step) && step.type === 'Precompiled') ?? null;
}

function pieces({ model }: TokenizerJson): [string, number][] {
  return Array.isArray(model?.vocab) ? model.vocab : [];
}
