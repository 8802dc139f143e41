import { messageOf, RerankError } from '../errors.js';

/** How long a reranker that failed is left alone, in milliseconds: doubled with each further failure in a row. */
const FIRST_REST = 5_000;
const LONGEST_REST = 300_000;

/** Keeps count of what went wrong: who is told, and how long the reranker is left alone. */
export class Problems {
  #last: RerankError | undefined;
  #failures = 0;
  #restsUntil = 0;

  constructor(private readonly onProblem: (problem: RerankError) => void = warn) {}

  /** What went wrong in the last try, if anything did. */
  get last(): RerankError | undefined {
    return this.#last;
  }

  /** Whether the reranker is left alone for a while. */
  get resting(): boolean {
    return performance.now() < this.#restsUntil;
  }

  /** A try went well. */
  clear(): void {
    this.#last = undefined;
    this.#failures = 0;
  }

  /** The reranker failed: it is left alone for a while, longer each time. */
  failed(error: unknown): void {
    this.#restsUntil = performance.now() + Math.min(FIRST_REST * 2 ** this.#failures++, LONGEST_REST);
    this.late(asProblem(error));
  }

  /** It took too long, for a reason that passes by itself. */
  late(problem: RerankError): void {
    const known = this.#last !== undefined;
    this.#last = problem;
    if (!known) callAsListener(() => this.onProblem(problem));
  }
}

/** Runs a callback as browsers run an event listener: what it throws is an uncaught error and stops nothing else. */
export function callAsListener(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function asProblem(error: unknown): RerankError {
  if (error instanceof RerankError) return error;
  return new RerankError('run-failed', `The reranker failed: ${messageOf(error)}`, { cause: error });
}

function warn(problem: RerankError): void {
  console.warn(`browser-reranker: the search keeps its own order. ${problem.message}`);
}
