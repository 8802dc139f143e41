import { RerankError } from '../errors.js';
import type { EncodedPair } from './tokenizer.js';

/** One half of a pair, special tokens included, as the layers that keep the halves apart see it. */
export interface Segment extends EncodedPair {
  /** Equal for equal tokens only: a passage that was cut to another length is another segment. */
  key: string;
}

/**
 * Takes a pair apart where the token types turn from 0 to 1.
 * @throws RerankError `unsupported-model` for a template whose types do not tell query and passage apart
 */
export function splitPair({ ids, typeIds }: EncodedPair): { query: Segment; passage: Segment } {
  const boundary = typeIds.indexOf(1);
  if (boundary < 1 || typeIds.includes(0, boundary)) {
    throw new RerankError(
      'unsupported-model',
      'The model runs in stages, but its tokenizer does not give the query type 0 and the passage after it type 1.',
    );
  }
  return {
    query: segment(ids.slice(0, boundary), typeIds.slice(0, boundary)),
    passage: segment(ids.slice(boundary), typeIds.slice(boundary)),
  };
}

function segment(ids: number[], typeIds: number[]): Segment {
  return { ids, typeIds, key: `${typeIds[0]}:${ids.join()}` };
}
