import { RerankError } from '../errors.js';
import { wrongField, type JsonObject } from './json.js';
import { SAVED_FILES } from './sentence-transformers.js';

/** How many tokens a pair may have. */
export interface Lengths {
  /** Most tokens in a pair, special tokens included, as the model is opened. */
  maxLength: number;
  /** The file and the field that say so, for messages; undefined: the caller's option. */
  maxLengthFrom: string | undefined;
  /** Most tokens that the model has positions for: the option may go up to this. */
  modelMaxLength: number;
}

/** Longer pairs are read on request only: one passage of 8,192 tokens needs gigabytes on WASM. */
const DEFAULT_LONGEST = 512;

/** Positions of a model whose config.json states none: what most of the families have. */
const USUAL_POSITIONS = 512;

/** Families whose positions begin after the padding index. */
const OFFSET_FAMILY = /roberta|camembert|mpnet|data2vec|ibert|xmod|longformer|luke/i;

/** This one counts from a padding index of 1, whatever config.json says. */
const FIXED_PADDING = /mpnet/i;

/**
 * Reads how long a pair may be, as sentence-transformers does: the tokenizer's `model_max_length`, but no more than
 * there are positions; the caller's own limit replaces the tokenizer's.
 *
 * @param config - config.json
 * @param tokenizerConfig - tokenizer_config.json
 * @param saved - what sentence-transformers has saved in the tokenizer's place, if anything
 * @param manifest - `maxLength` of reranker.json, a limit of the model
 * @param wanted - the option `maxLength`, a whole number
 * @throws RerankError `invalid-data` for a field that is no length, `invalid-input` for an option over the model's limit
 */
export function readLengths(
  config: JsonObject,
  tokenizerConfig: JsonObject,
  saved: unknown,
  manifest: number | undefined,
  wanted: number | undefined,
): Lengths {
  const limits = [
    { from: 'config.json: "max_position_embeddings"', length: readPositions(config) },
    {
      from: 'reranker.json: "maxLength"',
      length: readLength('reranker.json', 'maxLength', manifest),
    },
  ];
  const modelLimit = shortest(limits);
  const stated = shortest([...limits, readStatedLength(tokenizerConfig, saved)]);
  // A model without a limit of its own (-1 positions) has at least the tokenizer's.
  const modelMaxLength = [modelLimit.length, stated.length, DEFAULT_LONGEST].find(Number.isFinite) ?? 0;
  if (wanted === undefined) {
    const maxLength = Math.min(stated.length, DEFAULT_LONGEST);
    return { maxLength, maxLengthFrom: stated.from, modelMaxLength };
  }
  if (wanted > modelMaxLength) {
    throw new RerankError(
      'invalid-input',
      `maxLength is ${wanted}, but this model reads at most ${modelMaxLength} tokens.`,
    );
  }
  return { maxLength: wanted, maxLengthFrom: undefined, modelMaxLength };
}

/** A limit and the file that states it. */
interface Limit {
  from: string;
  length: number;
}

function shortest(limits: readonly Limit[]): Limit {
  return limits.reduce((least, limit) => (limit.length < least.length ? limit : least));
}

function isLength(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

/** A field that may be missing. @returns Infinity where it is */
function readLength(file: string, field: string, value: unknown): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (!isLength(value)) throw wrongField(file, field, value, 'a whole number of tokens above 0');
  return value;
}

/** `max_len` is the older name. An unset limit is written as 10^30 or null. */
function readStatedLength(tokenizerConfig: JsonObject, saved: unknown): Limit {
  if (saved !== undefined) {
    const [file, field] = [SAVED_FILES.transformer, 'max_seq_length'];
    return { from: `${file}: "${field}"`, length: readLength(file, field, saved) };
  }
  const file = 'tokenizer_config.json';
  const field = tokenizerConfig.model_max_length === undefined ? 'max_len' : 'model_max_length';
  return {
    from: `${file}: "${field}"`,
    length: readLength(file, field, tokenizerConfig[field] ?? undefined),
  };
}

/** Tokens that there are positions for; -1 is how a model without a table of them says that it has no limit. */
function readPositions(config: JsonObject): number {
  const { max_position_embeddings: stated = USUAL_POSITIONS } = config;
  if (stated === -1) return Number.POSITIVE_INFINITY;
  const offset = positionOffset(config);
  if (!isLength(stated) || stated <= offset) {
    const expected = `a whole number of tokens above ${offset}`;
    throw wrongField('config.json', 'max_position_embeddings', stated, expected);
  }
  return stated - offset;
}

/** Positions that no token gets. Models with code of their own state no `model_type`, but name what they are built on. */
function positionOffset(config: JsonObject): number {
  const { model_type: type, architectures, auto_map: code } = config;
  const family = typeof type === 'string' ? type : JSON.stringify([architectures, code]);
  if (!OFFSET_FAMILY.test(family)) return 0;
  return (FIXED_PADDING.test(family) ? 1 : (readPadId(config) ?? 1)) + 1;
}

/**
 * The token that fills a batch up.
 * @returns undefined where config.json names none
 * @throws RerankError `invalid-data` for anything but a token
 */
export function readPadId(config: JsonObject): number | undefined {
  const id = config.pad_token_id ?? undefined;
  if (id === undefined || (Number.isInteger(id) && (id as number) >= 0)) return id as number | undefined;
  throw wrongField('config.json', 'pad_token_id', id, 'the number of a token, or null');
}
