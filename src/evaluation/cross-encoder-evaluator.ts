import { documentText } from '../document-text.js';
import { RerankError } from '../errors.js';
import { crossEncoderFigures, type CrossEncoderFigures } from './cross-encoder-metrics.js';
import { scorePassages } from './scoring.js';
import type { PairScorer } from './types.js';

/** One sample of the reference's evaluator: documents, not ids, and relevance is yes or no. `D`: what documents are. */
export interface RerankingSample<D = string> {
  /** The query. */
  readonly query: string;
  /** The relevant documents. */
  readonly positive: readonly D[];
  /** Candidates as the first stage ranked them, best first, positives among them. Gives figures before reranking. */
  readonly documents?: readonly D[] | undefined;
  /** In the place of `documents`: the irrelevant documents. */
  readonly negative?: readonly D[] | undefined;
}

/** Figures of one sample. Plain data. */
export interface SampleResult {
  /** The sample's place in the list, from 0. */
  readonly index: number;
  /** How many pairs were scored; 0 where no document to rank is relevant. */
  readonly pairs: number;
  /** Figures before reranking; undefined for a sample with `negative`. */
  readonly base?: CrossEncoderFigures | undefined;
  /** Figures after. */
  readonly reranked: CrossEncoderFigures;
}

/** Options of {@link CrossEncoderRerankingEvaluator}; the defaults are the reference's. */
export interface CrossEncoderEvaluatorOptions<D = string> {
  /**
   * The text of a document, as the option of the same name of `rank`. Called for each document of each sample when the
   * evaluator is made; documents with the same text are the same.
   * @default the document itself where it is a string, else its `text`
   */
  text?: ((document: D) => string) | undefined;
  /** Cut-off rank of mrr and ndcg (`at_k`). Default 10. */
  k?: number | undefined;
  /**
   * Default true: positives that are not among `documents` are scored too. False: only `documents` are ranked. The
   * figures before reranking are the same for both: missing positives stand behind the documents.
   */
  alwaysRerankPositives?: boolean | undefined;
  /** Put before each key, as `name_map`. Default none. */
  name?: string | undefined;
}

/** What is to be ranked of a sample, and what is known before. */
interface Prepared {
  readonly docs: readonly string[];
  readonly relevant: readonly boolean[];
  readonly base?: CrossEncoderFigures | undefined;
}

/**
 * sentence-transformers' `CrossEncoderRerankingEvaluator` (6.0.1): the same samples, the same figures, the same keys.
 *
 * It differs from `RerankingEvaluator` on purpose, as the two references do: see `cross-encoder-metrics.ts`. One more
 * thing to know: a baseline without any positive among its documents is 0, although one with some gets the missing
 * ones credited behind the documents.
 */
export class CrossEncoderRerankingEvaluator<D = string> {
  readonly #samples: readonly RerankingSample[];
  readonly #options: { k: number; alwaysRerankPositives: boolean; name: string };

  /**
   * @throws RerankError `invalid-input` for no samples, one with not exactly one of `documents` and `negative`, or a document
   * without a text.
   */
  constructor(samples: readonly RerankingSample<D>[], options: CrossEncoderEvaluatorOptions<D> = {}) {
    const { k = 10, alwaysRerankPositives = true, name = '' } = options;
    if (!Number.isInteger(k) || k < 1) {
      throw new RerankError('invalid-input', `k is ${k}: expected a whole number of 1 or more.`);
    }
    if (samples.length === 0)
      throw new RerankError('invalid-input', 'There are no samples: expected at least one.');
    for (const [i, { documents, negative }] of samples.entries()) {
      if ((documents === undefined) === (negative === undefined)) {
        throw new RerankError(
          'invalid-input',
          `Sample ${i}: expected exactly one of 'documents' and 'negative'.`,
        );
      }
    }
    this.#samples = samples.map((sample, i) => textsOf(sample, i, options.text));
    this.#options = { k, alwaysRerankPositives, name };
  }

  /** Number of samples. */
  get size(): number {
    return this.#samples.length;
  }

  /** The key of the main figure, as `ndcg@10` with the name before it. */
  get primaryMetric(): string {
    return this.#key(`ndcg@${this.#options.k}`);
  }

  /**
   * Evaluates sample by sample.
   *
   * @param options - `signal` cancels; `finished` are results of an interrupted evaluation, yielded as they are.
   * @throws RerankError `run-failed` for unusable scores, and whatever the scorer throws.
   */
  async *evaluate(
    scorer: PairScorer,
    options: { signal?: AbortSignal | undefined; finished?: readonly SampleResult[] | undefined } = {},
  ): AsyncGenerator<SampleResult, void, undefined> {
    const finished = new Map((options.finished ?? []).map((result) => [result.index, result]));
    for (const [index, sample] of this.#samples.entries()) {
      yield finished.get(index) ?? (await this.#evaluateSample(scorer, index, sample, options.signal));
    }
  }

  /** Evaluates all samples and gives the means under the reference's keys. */
  async run(
    scorer: PairScorer,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<Record<string, number>> {
    const results: SampleResult[] = [];
    for await (const result of this.evaluate(scorer, options)) results.push(result);
    return this.summarise(results);
  }

  /** Means under the reference's keys: `map`, `mrr@k`, `ndcg@k`, and with `base_` before them for the baseline. */
  summarise(results: readonly SampleResult[]): Record<string, number> {
    const { k } = this.#options;
    const means: Record<string, number> = {};
    const add = (prefix: string, figures: readonly CrossEncoderFigures[]): void => {
      const mean = (name: keyof CrossEncoderFigures): number =>
        figures.reduce((sum, figure) => sum + figure[name], 0) / Math.max(1, figures.length);
      means[this.#key(`${prefix}map`)] = mean('map');
      means[this.#key(`${prefix}mrr@${k}`)] = mean('mrr');
      means[this.#key(`${prefix}ndcg@${k}`)] = mean('ndcg');
    };
    add(
      '',
      results.map(({ reranked }) => reranked),
    );
    const base = results.flatMap((result) => result.base ?? []);
    if (base.length > 0) add('base_', base);
    return means;
  }

  #key(metric: string): string {
    return this.#options.name ? `${this.#options.name}_${metric}` : metric;
  }

  async #evaluateSample(
    scorer: PairScorer,
    index: number,
    sample: RerankingSample,
    signal?: AbortSignal,
  ): Promise<SampleResult> {
    const { docs, relevant, base } = this.#prepare(sample);
    const ranked = relevant.includes(true); // the reference scores nothing where every figure would be 0
    const scores = await scorePassages(scorer, sample.query, ranked ? docs : [], signal);
    const reranked = ranked
      ? crossEncoderFigures(relevant, scores, this.#options.k)
      : { map: 0, mrr: 0, ndcg: 0 };
    return { index, pairs: scores.length, ...(base && { base }), reranked };
  }

  #prepare({ positive, documents, negative = [] }: RerankingSample): Prepared {
    // As the reference's `if documents:`, an empty list is treated like an absent one.
    if (!documents || documents.length === 0) {
      return { docs: [...positive, ...negative], relevant: labels(positive.length, negative.length) };
    }
    const positives = new Set(positive);
    const found = documents.map((text) => positives.has(text));
    const base = this.#baseline(found, positive.length);
    if (!this.#options.alwaysRerankPositives) return { docs: documents, relevant: found, base };
    const others = documents.filter((text) => !positives.has(text));
    return { docs: [...positive, ...others], relevant: labels(positive.length, others.length), base };
  }

  #baseline(found: readonly boolean[], positives: number): CrossEncoderFigures {
    const hits = found.filter(Boolean).length;
    if (hits === 0) return { map: 0, mrr: 0, ndcg: 0 };
    const relevant = [...found, ...labels(Math.max(0, positives - hits), 0)];
    return crossEncoderFigures(
      relevant,
      relevant.map((_, i) => -i),
      this.#options.k,
    );
  }
}

function textsOf<D>(
  { query, positive, documents, negative }: RerankingSample<D>,
  index: number,
  text: ((document: D) => string) | undefined,
): RerankingSample {
  const read = (list: readonly D[], name: string): string[] =>
    list.map((document, place) => documentText(document, `Sample ${index}: ${name}[${place}]`, text));
  return {
    query,
    positive: read(positive, 'positive'),
    documents: documents && read(documents, 'documents'),
    negative: negative && read(negative, 'negative'),
  };
}

const labels = (positives: number, negatives: number): boolean[] =>
  Array.from({ length: positives + negatives }, (_, i) => i < positives);
