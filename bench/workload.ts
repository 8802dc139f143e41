import { readFileSync } from 'node:fs';
import { PairTokenizer, type EncodedPair } from '../src/worker/tokenizer.js';
import { seeded } from './random.js';
import { quantile } from './statistics.js';
import { WORDS } from './words.js';

/** What every contestant ranks: the same text for all, and its tokens for those that take tokens. */
export interface Work {
  /** The query. */
  query: string;
  /** The passages. */
  passages: string[];
  /** Query and passage as the model reads them, a row a passage. */
  rows: EncodedPair[];
}

/** A workload by its name in the results. */
export interface Workload extends Work {
  /** `100`, `long`, … */
  name: string;
  /** Tokens of its pairs: p10, p50, p90, the longest, and all of them. */
  tokens: { p10: number; p50: number; p90: number; max: number; total: number };
}

const QUERY = 'which river runs through the old town near the market';

/** Tokens of passages from real web search, as quantiles; straight lines in between. */
const WEB_PASSAGES: readonly (readonly [share: number, tokens: number])[] = [
  [0, 24],
  [0.1, 49],
  [0.5, 75],
  [0.9, 136],
  [1, 258],
];

/** Whole documents, most of them longer than a model reads. */
const LONG_DOCUMENTS: readonly (readonly [share: number, tokens: number])[] = [
  [0, 300],
  [1, 1500],
];

function interpolate(points: readonly (readonly [number, number])[], share: number): number {
  const above = Math.max(
    1,
    points.findIndex(([at]) => at >= share),
  );
  const [x0, y0] = points[above - 1] ?? [0, 0];
  const [x1, y1] = points[above] ?? [1, y0];
  return Math.round(y0 + ((share - x0) / (x1 - x0)) * (y1 - y0));
}

/** Sentences of known length: every word and every full stop is one token. */
function passageOf(tokens: number, random: () => number): string {
  const words: string[] = [];
  for (let count = 0, sentence = 0; count < tokens; count++) {
    if (sentence >= 12 || (count === tokens - 1 && sentence > 0)) {
      words.push(`${words.pop() ?? ''}.`);
      sentence = 0;
    } else {
      words.push(WORDS[Math.floor(random() * WORDS.length)] ?? 'and');
      sentence++;
    }
  }
  return words.join(' ');
}

/** Makes workloads with the tokens of one model. */
export class WorkloadMaker {
  readonly #tokenizer: PairTokenizer;
  readonly #maxLength: number;

  /** @param modelDir - the model's folder */
  constructor(modelDir: string) {
    const read = (file: string) => readFileSync(`${modelDir}/${file}`, 'utf8');
    ({ maxLength: this.#maxLength } = JSON.parse(read('reranker.json')) as { maxLength: number });
    this.#tokenizer = new PairTokenizer(
      {
        tokenizer: read('tokenizer.json'),
        tokenizerConfig: read('tokenizer_config.json'),
        config: read('config.json'),
      },
      this.#maxLength,
    );
  }

  /** A workload by its name: `100`, `long`, or passages of one length as in `16x128`. */
  named(name: string): Workload {
    if (name === 'long') return this.documents(20);
    const [count = 1, tokens] = name.split('x').map(Number);
    return tokens === undefined ? this.passages(count) : this.equal(count, tokens);
  }

  /** Web passages: lengths evenly over the distribution, in a shuffled order. */
  passages(count: number): Workload {
    return this.#make(String(count), count, WEB_PASSAGES, count);
  }

  /** Long documents. */
  documents(count: number): Workload {
    return this.#make('long', count, LONG_DOCUMENTS, 7);
  }

  /** Passages of one length. */
  equal(count: number, tokens: number): Workload {
    return this.#make(
      `${count}x${tokens}`,
      count,
      [
        [0, tokens],
        [1, tokens],
      ],
      tokens,
    );
  }

  #make(
    name: string,
    count: number,
    lengths: readonly (readonly [number, number])[],
    seed: number,
  ): Workload {
    const random = seeded(seed);
    const passages = Array.from({ length: count }, (_, index) => ({
      place: random(),
      text: passageOf(interpolate(lengths, count === 1 ? 0.5 : index / (count - 1)), random),
    }))
      .sort((a, b) => a.place - b.place)
      .map(({ text }) => text);
    const rows = this.encode(QUERY, passages);
    const sizes = rows.map(({ ids }) => ids.length);
    const at = (share: number) => Math.round(quantile(sizes, share));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    return {
      name,
      query: QUERY,
      passages,
      rows,
      tokens: { p10: at(0.1), p50: at(0.5), p90: at(0.9), max: at(1), total },
    };
  }

  /** Query and passages as rows of tokens. */
  encode(query: string, passages: readonly string[]): EncodedPair[] {
    const queryIds = this.#tokenizer.encode(query);
    return passages.map((passage) =>
      this.#tokenizer.assemble(queryIds, this.#tokenizer.encodeKept(passage, this.#maxLength)),
    );
  }
}
