import { ASYNC_DISPOSE } from '../async-dispose.js';
import { RerankError, throwIfAborted } from '../errors.js';
import { checkQuery, readDocuments, readPairs, readPredictOptions, readRankOptions } from '../input.js';
import { withoutQuery } from '../model/answer.js';
import { readPrior } from '../ranking/prior.js';
import { noScores, toRanking, type Arrangement, type Scores } from '../ranking/scores.js';
import type { Pair, PredictOptions, RankedDocument, RankOptions, Reranker, RerankerInfo } from '../types.js';
import { readScores } from './answer.js';
import { sendBatches, toBatches, type Batch } from './batches.js';
import { readRemoteOptions, type RemoteOptions, type Settings } from './options.js';
import { postJson } from './request.js';

/**
 * Makes a reranker whose scores come from a server: text-embeddings-inference, llama.cpp, Cohere, Jina, Voyage, or one that speaks like
 * them. Nothing is sent before the first call. Queries and documents leave this device with each call.
 *
 * It has the interface of a local one. What a server cannot do is refused (`unsupported-request`), never guessed: `predict` and
 * `activation` without raw scores, `overflow: 'window'`, and `promptName`, since nobody knows the names. `depth: 'adaptive'` runs in
 * full, as with any model without stages. `onStats` knows pairs, batches and times, and no tokens.
 *
 * @throws RerankError `invalid-input` naming the first wrong option
 */
export function createRemoteReranker(options: RemoteOptions): Reranker {
  return new RemoteReranker(readRemoteOptions(options));
}

/** What one call wants to know while it goes on. */
interface Watch extends Pick<PredictOptions, 'signal' | 'onStats'> {
  /** Told after each request how many pairs have their scores. */
  onBatch?: (scores: Scores, scored: number) => void;
}

class RemoteReranker implements Reranker {
  readonly #disposal = new AbortController();

  constructor(private readonly settings: Settings) {}

  get info(): RerankerInfo {
    const { model, endpoint } = this.settings;
    return {
      model: model ?? new URL(endpoint.url).host,
      revision: undefined,
      device: 'remote',
      dtype: undefined,
      threads: 0,
      workers: 0,
      maxLength: undefined,
      modelMaxLength: undefined,
      stages: 1,
      attempts: [{ device: 'remote', ok: true }],
      files: [],
    };
  }

  async predict(pairs: readonly Pair[], options: PredictOptions = {}): Promise<Float32Array> {
    throwIfAborted(this.#disposal.signal);
    const { signal, onStats, ...course } = readPredictOptions(options);
    if (!this.settings.rawScores) throw refusal('predict gives raw logits, and this server gives none');
    const prompted = withPrompt(readPairs(pairs), course);
    return (await this.#score(prompted, { signal, onStats })).logits;
  }

  async rank<D>(
    query: string,
    documents: readonly D[],
    options: RankOptions<D> = {},
  ): Promise<RankedDocument<D>[]> {
    throwIfAborted(this.#disposal.signal);
    checkQuery(query);
    const { signal, onStats, onPartial, text, ...course } = readRankOptions(options);
    if (course.activation !== undefined && !this.settings.rawScores)
      throw refusal('the option activation needs raw logits, and this server gives none');
    const read = readDocuments(documents, text);
    const { activation = this.settings.activation, topK, prior, keepFirst, minScore } = course;
    const order: Arrangement = {
      activation,
      topK,
      prior: prior && readPrior(prior, read.length),
      keepFirst,
      minScore,
    };
    const ranking = (scores: Scores) => toRanking(scores, read, order);
    const plain = read.map(({ text }): Pair => [query, text]);
    const scores = await this.#score(withPrompt(plain, course), {
      signal,
      onStats,
      onBatch: (soFar, scored) => onPartial?.(ranking(soFar), { scored, total: plain.length }),
    });
    return ranking(scores);
  }

  dispose(): Promise<void> {
    const reason = 'This reranker was disposed. Create another with createRemoteReranker().';
    this.#disposal.abort(new RerankError('disposed', reason));
    return Promise.resolve();
  }

  [ASYNC_DISPOSE](): Promise<void> {
    return this.dispose();
  }

  async #score(pairs: readonly Pair[], { signal, onStats, onBatch }: Watch): Promise<Scores> {
    const { batchSize, concurrency } = this.settings;
    const started = performance.now();
    const stop = new AbortController(); // ends the other requests when one has failed
    const any = AbortSignal.any([this.#disposal.signal, stop.signal, ...(signal ? [signal] : [])]);
    const scores = noScores(pairs.length);
    const cost = { batches: 0, runMs: 0, scored: 0 };
    const send = async ({ query, members }: Batch) => {
      const sent = performance.now();
      const texts = members.map((index) => pairs[index]?.[1] ?? '');
      const values = await this.#ask(query, texts, any);
      members.forEach((index, place) => (scores.logits[index] = values[place] ?? Number.NaN));
      cost.batches++;
      cost.runMs += performance.now() - sent;
      cost.scored += members.length;
      throwIfAborted(any);
      onBatch?.(scores, cost.scored);
    };
    try {
      throwIfAborted(any);
      await sendBatches(toBatches(pairs, batchSize), send, concurrency);
    } catch (error) {
      stop.abort();
      throw error;
    }
    const rows = pairs.length;
    const { batches, runMs } = cost;
    const none = { tokens: 0, kept: 0, tokenizeMs: 0 };
    onStats?.({
      pairs: rows,
      rows,
      batches,
      runMs,
      ...none,
      stageRows: [rows],
      totalMs: performance.now() - started,
    });
    return scores;
  }

  async #ask(query: string, texts: readonly string[], signal: AbortSignal): Promise<number[]> {
    const { shape, endpoint } = this.settings;
    const answer = await postJson(endpoint, shape.body(query, texts, this.settings), signal);
    return readScores(answer, texts.length, shape, withoutQuery(endpoint.url));
  }
}

/** Puts the prompt in front of each query. @throws RerankError `unsupported-request` for what only a local model can do */
function withPrompt(
  pairs: readonly Pair[],
  { overflow, prompt, promptName }: Pick<PredictOptions, 'overflow' | 'prompt' | 'promptName'>,
): readonly Pair[] {
  if (overflow === 'window')
    throw refusal(
      "overflow is 'window', and long passages are cut by the server, at their end or as it likes",
    );
  if (prompt === undefined && promptName !== undefined)
    throw refusal(
      "promptName names a prompt, and a server does not tell its model's prompts; pass the text as prompt",
    );
  return prompt ? pairs.map(([query, passage]): Pair => [prompt + query, passage]) : pairs;
}

function refusal(what: string): RerankError {
  const advice =
    'Leave it out, or use a local model or a server that gives raw scores (see the option rawScores).';
  return new RerankError('unsupported-request', `This reranker is remote: ${what}. ${advice}`);
}
