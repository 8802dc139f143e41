import { RerankError } from '../errors.js';
import type { Reranker, RerankerSource } from '../types.js';

export type { RerankerSource };

/**
 * Reads a {@link RerankerSource}.
 *
 * @returns a function that gives the reranker and calls a function source only once for it. A try that fails is forgotten: the next
 *   call asks a function source again. A promise that was rejected stays so.
 * @throws RerankError (from the function that is returned) `invalid-input` where the source gives something that cannot rank; what the
 *   source itself throws is passed on as it is
 */
export function resolveReranker(source: RerankerSource): () => Promise<Reranker> {
  if (isPromise(source)) source.then(undefined, () => undefined); // its error is told to whoever asks for the reranker
  let asked: Promise<Reranker> | undefined;
  return () => {
    asked ??= take(source).catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}

async function take(source: RerankerSource): Promise<Reranker> {
  const given: unknown = await (typeof source === 'function' ? source() : source);
  if (canRank(given)) return given;
  const expected = 'what createReranker() gives, a promise of it, or a function that makes one';
  throw new RerankError('invalid-input', `The reranker has no method rank(); expected ${expected}.`);
}

function isPromise(source: RerankerSource): source is PromiseLike<Reranker> {
  return typeof source === 'object' && source !== null && 'then' in source;
}

function canRank(value: unknown): value is Reranker {
  return typeof value === 'object' && value !== null && 'rank' in value && typeof value.rank === 'function';
}
