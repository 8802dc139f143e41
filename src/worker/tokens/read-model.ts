import { BytePair } from './byte-pair.js';
import { refuse } from './refuse.js';
import type { TokenModel } from './token-model.js';
import { Unigram } from './unigram.js';
import { WordPiece } from './word-piece.js';

/** The model in tokenizer.json; anything may be missing. */
interface ModelJson {
  type?: string;
  vocab?: unknown;
  merges?: unknown;
  unk_token?: string | null;
  unk_id?: number | null;
  continuing_subword_prefix?: string | null;
  end_of_word_suffix?: string | null;
  max_input_chars_per_word?: number;
  fuse_unk?: boolean;
  byte_fallback?: boolean;
  ignore_merges?: boolean;
  dropout?: number | null;
}

/**
 * The model of a tokenizer.json, which gives exactly what the reference (Rust) gives.
 *
 * @param json - `model` of tokenizer.json
 * @throws RerankError `unsupported-model` for a type or a setting that is not known here, or a vocabulary that is none
 */
export function readModel(json: unknown): TokenModel {
  // JSON of unknown origin: every field below is checked before it is used.
  const model = (json ?? {}) as ModelJson;
  switch (model.type ?? guessType(model)) {
    case 'WordPiece': {
      const vocabulary = readVocabulary(model.vocab);
      const unknown = vocabulary.get(model.unk_token ?? '') ?? refuse('WordPiece without its unk_token');
      return new WordPiece(
        vocabulary,
        unknown,
        model.continuing_subword_prefix ?? '##',
        model.max_input_chars_per_word ?? 100,
      );
    }
    case 'BPE':
      return readBytePair(model);
    case 'Unigram': {
      const pieces = readPieces(model.vocab);
      const unknown = model.unk_id ?? refuse('Unigram without unk_id');
      if (pieces[unknown] === undefined) refuse(`Unigram with unk_id ${unknown}`);
      return new Unigram(pieces, unknown, model.byte_fallback ?? false);
    }
    default:
      return refuse(`a model of type ${String(model.type)}`);
  }
}

/** Tokenizer files before 2020 do not state the type. */
function guessType({ vocab, merges, continuing_subword_prefix: prefix }: ModelJson): string | undefined {
  if (Array.isArray(vocab)) return 'Unigram';
  if (merges !== undefined) return 'BPE';
  return prefix === undefined ? undefined : 'WordPiece';
}

function readBytePair(model: ModelJson): BytePair {
  const vocabulary = readVocabulary(model.vocab);
  if (model.dropout) refuse('BPE with dropout');
  const prefix = model.continuing_subword_prefix ?? '';
  const id = (token: string) =>
    vocabulary.get(token) ?? refuse(`a merge that gives ${token}, which is no token`);
  const merges = Array.isArray(model.merges) ? model.merges : refuse('BPE without merges');
  const unknownToken = model.unk_token ?? undefined;
  return new BytePair(
    vocabulary,
    merges.map((merge: unknown) => {
      const parts = typeof merge === 'string' ? merge.split(' ') : merge;
      const [left, right] = Array.isArray(parts) && parts.length === 2 ? (parts as unknown[]) : [];
      if (typeof left !== 'string' || typeof right !== 'string') return refuse('a merge that is no pair');
      return [id(left), id(right), id(left + right.slice(prefix.length))] as const;
    }),
    {
      unknown:
        unknownToken === undefined
          ? undefined
          : (vocabulary.get(unknownToken) ?? refuse(`the unk_token ${unknownToken}`)),
      fuseUnknown: model.fuse_unk ?? false,
      byteFallback: model.byte_fallback ?? false,
      ignoreMerges: model.ignore_merges ?? false,
      continuingPrefix: prefix,
      endSuffix: model.end_of_word_suffix ?? '',
    },
  );
}

function readVocabulary(vocab: unknown): Map<string, number> {
  if (typeof vocab !== 'object' || vocab === null || Array.isArray(vocab))
    return refuse('a vocab that is no table');
  const entries: [string, unknown][] = Object.entries(vocab);
  const whole = (entry: [string, unknown]): entry is [string, number] =>
    Number.isInteger(entry[1]) && (entry[1] as number) >= 0 && (entry[1] as number) < 2 ** 22;
  return entries.every(whole) ? new Map(entries) : refuse('a vocab with ids that are no whole numbers');
}

function readPieces(vocab: unknown): [string, number][] {
  const whole = (entry: unknown): entry is [string, number] =>
    Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number';
  return Array.isArray(vocab) && vocab.every(whole)
    ? vocab
    : refuse('a vocab that is no list of pieces and scores');
}
