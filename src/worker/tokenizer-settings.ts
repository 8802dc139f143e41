import { RerankError } from '../errors.js';
import { isObject, parseObject } from '../model/json.js';
import { AddedVocabulary, statedTokens } from './added-vocabulary.js';
import { readPairTemplate, type PairTemplate } from './template.js';
import { resolveTokenizerClass } from './tokenizer-class.js';
import { tokenContent, TokenizerSettings, type AddedToken, type TokenizerJson } from './tokenizer-json.js';
import { checkModel, RECIPES, type PairRecipe } from './tokenizer-recipes.js';

/** The texts of the three files that say how a model's texts become tokens. */
export interface TokenizerFiles {
  /** Text of tokenizer.json. */
  tokenizer: string;
  /** Text of tokenizer_config.json. */
  tokenizerConfig: string;
  /** Text of config.json. */
  config: string;
}

/** A tokenizer as the reference runs it, after all that tokenizer_config.json changes. */
export interface EffectiveTokenizer {
  /** tokenizer.json with the parts that count: normaliser, pre-tokeniser, model. */
  json: TokenizerJson;
  /** Tokens that are cut out of the text before anything else. */
  addedTokens: AddedToken[];
  /** How a pair is put together. */
  template: PairTemplate;
  /** The side on which too long a text loses tokens. */
  truncationSide: 'left' | 'right';
}

const NAMED_TOKENS = [
  'bos_token',
  'eos_token',
  'unk_token',
  'sep_token',
  'pad_token',
  'cls_token',
  'mask_token',
];

/**
 * Reads what transformers 5 (`AutoTokenizer`) makes of the files: some classes build a tokenizer of their own from the
 * vocabulary, with settings of tokenizer_config.json, and ignore what else tokenizer.json says; the generic class takes
 * tokenizer.json as it is.
 * @throws RerankError `unsupported-model` for a class or setting that is not known here
 */
export function readTokenizer(files: TokenizerFiles): EffectiveTokenizer {
  const json: TokenizerJson = parseObject(files.tokenizer, 'tokenizer.json');
  const modelConfig = parseObject(files.config, 'config.json');
  const settings = new TokenizerSettings(parseObject(files.tokenizerConfig, 'tokenizer_config.json'));
  refuseUnknown(settings);
  const name = resolveTokenizerClass({
    stated: text(settings.values.tokenizer_class) ?? text(modelConfig.tokenizer_class),
    modelType: text(modelConfig.model_type),
  });
  const effective =
    name === 'TokenizersBackend'
      ? { ...readGeneric(json, settings), typed: false }
      : { ...rebuild(json, settings, name), typed: RECIPES[name].typed };
  const typed = settings.names('model_input_names')?.includes('token_type_ids') ?? effective.typed;
  const splitSpecial = settings.flag('split_special_tokens', false);
  const direction = json.truncation?.direction?.toLowerCase();
  return {
    json: effective.json,
    addedTokens: effective.added.tokens.filter(({ special }) => !(special && splitSpecial)),
    // Where the tokenizer gives no types, a model takes zeros.
    template: typed ? effective.template : effective.template.map((piece) => ({ ...piece, typeId: 0 })),
    truncationSide: settings.side('truncation_side') ?? (direction === 'left' ? 'left' : 'right'),
  };
}

interface Effective {
  json: TokenizerJson;
  added: AddedVocabulary;
  template: PairTemplate;
}

function readGeneric(json: TokenizerJson, settings: TokenizerSettings): Effective {
  const added = new AddedVocabulary(json.model);
  for (const token of json.added_tokens ?? []) added.add(token);
  addStated(added, settings, statedTokens(settings.values) ?? [], {});
  return { json, added, template: readPairTemplate(json) };
}

function rebuild(json: TokenizerJson, settings: TokenizerSettings, name: keyof typeof RECIPES): Effective {
  const recipe = RECIPES[name];
  checkModel(json, recipe, name);
  const content = (token: string) =>
    (token in settings.values ? settings.token(token) : recipe.tokens[token]) ?? '';
  const built = recipe.build(json, settings, content('unk_token'));
  const added = new AddedVocabulary(built.model);
  const listed = statedTokens(settings.values) ?? json.added_tokens ?? [];
  addStated(added, settings, listed, recipe);
  const template = pairTemplate(recipe.pair, (token) => {
    const id = added.id(content(token)) ?? added.id(content('unk_token'));
    return Number.isSafeInteger(id) && id !== undefined
      ? id
      : settings.refuse(token, 'a token of the vocabulary');
  });
  if (!statedTokens(settings.values)) checkNamed(json, template, content('unk_token'), name);
  return { json: built, added, template };
}

/** Adds the listed tokens, then the special ones that are named and not listed. */
function addStated(
  added: AddedVocabulary,
  settings: TokenizerSettings,
  listed: readonly Partial<AddedToken>[],
  recipe: Partial<Pick<(typeof RECIPES)['BertTokenizer'], 'tokens' | 'plain' | 'extra'>>,
): void {
  const { values } = settings;
  const others = Object.keys(values).filter(
    (name) => name.endsWith('_token') && !NAMED_TOKENS.includes(name),
  );
  const named = new Map<string, unknown>(
    [...NAMED_TOKENS, ...others].map((name) => [name, name in values ? values[name] : recipe.tokens?.[name]]),
  );
  const special = new Set([...named.values()].map(tokenContent));
  for (const token of listed) {
    added.add(
      special.has(token.content)
        ? { ...token, normalized: token.normalized ?? !token.special, special: true }
        : token,
    );
  }
  const extra = values.extra_special_tokens ?? values.additional_special_tokens ?? recipe.extra ?? [];
  const extras = isObject(extra) || Array.isArray(extra) ? Object.values(extra) : [];
  for (const [name, token] of [...named, ...extras.map((token) => ['', token] as const)]) {
    const content = tokenContent(token);
    if (content === undefined || added.has(content)) continue;
    const plain = recipe.plain && name ? recipe.plain(name) : { special: true };
    added.add(isObject(token) ? { ...token, special: true } : { ...plain, content });
  }
}

function pairTemplate(
  { first, last, between, passageType }: PairRecipe,
  id: (token: string) => number,
): PairTemplate {
  const end = (typeId: number) => ({ kind: 'special' as const, id: id(last), typeId });
  return [
    { kind: 'special', id: id(first), typeId: 0 },
    { kind: 'query', typeId: 0 },
    ...Array.from({ length: between }, () => end(0)),
    { kind: 'passage', typeId: passageType },
    end(passageType),
  ];
}

/**
 * Without `added_tokens_decoder` the reference also reads special_tokens_map.json, which is not fetched. It can only
 * name the special tokens; those of tokenizer.json tell whether it would name others.
 */
function checkNamed(json: TokenizerJson, template: PairTemplate, unk: string, name: string): void {
  const ids = (pieces: PairTemplate) =>
    [...new Set(pieces.flatMap((piece) => (piece.kind === 'special' ? [piece.id] : [])))].sort().join();
  const unknown = json.model?.unk_token;
  const same = ids(readPairTemplate(json)) === ids(template) && (unknown == null || unknown === unk);
  if (same) return;
  throw new RerankError(
    'unsupported-model',
    `tokenizer.json and the special tokens of tokenizer_class ${name} differ, and tokenizer_config.json has no ` +
      'added_tokens_decoder that settles it. State the tokens there (cls_token, sep_token, unk_token …), or save the ' +
      'tokenizer anew with transformers 5.',
  );
}

/** Settings that change tokens in a way that is not known here. */
function refuseUnknown(settings: TokenizerSettings): void {
  const { values } = settings;
  const code = isObject(values.auto_map) ? values.auto_map.AutoTokenizer : values.auto_map;
  if (code !== undefined && code !== null) settings.refuse('auto_map', 'no tokenizer code of its own');
  if (settings.flag('fix_mistral_regex', false)) settings.refuse('fix_mistral_regex', 'false');
  settings.side('padding_side'); // checked, and then not followed: see docs/DESIGN.md
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
