import { RerankError } from '../errors.js';
import type { RankDocument, RankedDocument, RankOptions, Reranker } from '../types.js';

/** A ranking that a {@link FakeReranker} was asked for. */
export interface FakeCall {
  query: string;
  texts: string[];
  options: RankOptions<string>;
  aborted: boolean;
}

/** A reranker that turns the order round, in as much time as it is told; for faults and timing, where no model is needed. */
export class FakeReranker {
  /** Every ranking that was begun. */
  readonly calls: FakeCall[] = [];
  /** Rankings that run now, and the most that ever ran at once. */
  running = 0;
  mostRunning = 0;

  /** @param delay - milliseconds a ranking takes @param batch - milliseconds until an abort is noticed */
  constructor(
    public delay = 0,
    public batch = 0,
  ) {}

  /** What the next rankings throw, while set. */
  failure: Error | undefined;

  /** As a {@link Reranker}. */
  get reranker(): Reranker {
    const rank = async <D extends RankDocument>(
      query: string,
      documents: readonly D[],
      options: RankOptions<D> = {},
    ): Promise<RankedDocument<D>[]> => {
      const texts = documents.map((document) => (typeof document === 'string' ? document : document.text));
      const call: FakeCall = { query, texts, options: options as RankOptions<string>, aborted: false };
      this.calls.push(call);
      this.mostRunning = Math.max(this.mostRunning, ++this.running);
      try {
        await this.#work(call, documents, options);
      } finally {
        this.running--;
      }
      if (this.failure) throw this.failure;
      return turned(documents).slice(0, options.topK);
    };
    return {
      info: { device: 'wasm' },
      predict: () => Promise.reject(new RerankError('run-failed', 'not here')),
      rank,
      dispose: () => Promise.resolve(),
    } as unknown as Reranker; // the rest is not looked at
  }

  async #work<D extends RankDocument>(
    call: FakeCall,
    documents: readonly D[],
    { signal, onPartial }: RankOptions<D>,
  ) {
    if (this.delay === 0) return;
    const until = performance.now() + this.delay;
    const half = turned(documents.slice(0, Math.ceil(documents.length / 2)));
    setTimeout(() => onPartial?.(half, { scored: half.length, total: documents.length }), this.delay / 2);
    while (performance.now() < until) {
      if (signal?.aborted) {
        call.aborted = true;
        if (this.batch > 0) await wait(this.batch);
        throw new DOMException('aborted', 'AbortError');
      }
      await wait(Math.min(10, until - performance.now()));
    }
  }
}

function turned<D extends RankDocument>(documents: readonly D[]): RankedDocument<D>[] {
  return documents.map((document, index) => ({ document, index, score: index })).reverse();
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
