import { verifyLogits } from '../backend/self-check.js';
import { RerankError } from '../errors.js';
import type { BatchReport, OpenReport, OpenRequest, ScoreReport, ScoreRequest } from '../protocol.js';
import { cutWindows } from '../ranking/windows.js';
import type { CharacterRange, Pair } from '../types.js';
import { planBatches } from './batches.js';
import { KeptTokens } from './kept.js';
import { openPlainModel, type PairModel } from './pair-model.js';
import type { OrtRuntime } from './session.js';
import { StagedModel } from './staged-model.js';
import { PairTokenizer, type EncodedPair } from './tokenizer.js';

/** Of the memory for passages, the share that is for their tokens: they are that much smaller than states, and more. */
const TOKENS_SHARE = 1 / 16;

/** A row of a batch and the pair that it belongs to; a passage cut into windows has several. */
interface Row extends EncodedPair {
  pair: number;
  window: CharacterRange | undefined;
}

/** Text in, logits out: tokenise, pair, sort by length, batch, run. Knows nothing of workers. */
export class Engine {
  private constructor(
    private readonly tokenizer: PairTokenizer,
    private readonly model: PairModel,
    private readonly batchTokens: number,
    private readonly tokens: KeptTokens,
  ) {}

  /**
   * Opens the model and runs the self-check, which is also the warm-up.
   * @throws RerankError `backend-failed`, `unsupported-model`, `self-check-failed`
   */
  static async open(ort: OrtRuntime, request: OpenRequest): Promise<{ engine: Engine; report: OpenReport }> {
    // The check's logits are those of whole pairs, however short the caller wants his own.
    const checkLength = request.check.maxLength ?? request.maxLength;
    const tokenizer = new PairTokenizer(request.tokenizer, request.tokenizerConfig, checkLength);
    const { stages } = request;
    const tokenBytes = stages ? Math.floor(request.keptBytes * TOKENS_SHARE) : 0;
    const model = stages
      ? await StagedModel.open(ort, { ...request, stages, keptBytes: request.keptBytes - tokenBytes })
      : await openPlainModel(ort, request);
    const engine = new Engine(tokenizer, model, request.batchTokens, new KeptTokens(tokenBytes));
    const checkError = verifyLogits(request.check, await engine.#scoreAll(request.check.pairs));
    tokenizer.limitTo(request.maxLength);
    return { engine, report: { threads: request.threads, checkError } };
  }

  /**
   * Scores pairs, telling `onBatch` after each batch which pairs it completed: with their logits, or with the early
   * logits of a cut.
   * @param isCancelled - asked before each batch; true ends the call with an `AbortError`
   */
  async score(
    request: Omit<ScoreRequest, 'id'>,
    onBatch: (report: BatchReport) => void,
    isCancelled: () => boolean = () => false,
  ): Promise<ScoreReport> {
    const started = performance.now();
    const rows = this.#rows(request);
    const best = new BestWindows(rows);
    const report: ScoreReport = {
      rows: rows.length,
      tokens: 0,
      batches: 0,
      kept: 0,
      tokenizeMs: performance.now() - started,
      runMs: 0,
    };
    const lengths = rows.map((row) => row.ids.length);
    for (const batch of planBatches(lengths, this.batchTokens)) {
      await nextTask();
      if (isCancelled()) throw new DOMException('The operation was cancelled.', 'AbortError');
      const batchRows = batch.flatMap((row) => rows[row] ?? []);
      const logits = await this.model.score(batchRows, request.cut, report);
      report.batches++;
      report.tokens += batchRows.length * (batchRows[0]?.ids.length ?? 0);
      onBatch(best.add(batchRows, logits));
    }
    return report;
  }

  async #scoreAll(pairs: readonly Pair[]): Promise<Float32Array> {
    const scores = new Float32Array(pairs.length).fill(Number.NaN);
    await this.score({ pairs, overflow: 'truncate', windowOverlap: 0 }, ({ indices, logits }) => {
      indices.forEach((index, position) => (scores[index] = logits[position] ?? Number.NaN));
    });
    return scores;
  }

  #rows({ pairs, overflow, windowOverlap }: Omit<ScoreRequest, 'id'>): Row[] {
    const queries = new Map<string, number[]>(); // rank() sends one query with every passage
    return pairs.flatMap(([query, passage], pair): Row[] => {
      let queryIds = queries.get(query);
      if (!queryIds) queries.set(query, (queryIds = this.tokenizer.encode(query)));
      const room = this.tokenizer.passageRoom(queryIds.length);
      // One more than fits, beside any query, shows that the passage is too long.
      const most = this.tokenizer.passageRoom(0) + 1;
      const passageIds = this.tokens.get(passage, () => this.tokenizer.encodeStart(passage, most));
      if (overflow === 'truncate' || passageIds.length <= room) {
        return [{ pair, window: undefined, ...this.tokenizer.assemble(queryIds, passageIds) }];
      }
      const windows = cutWindows(passage, room, windowOverlap, (text) => this.tokenizer.encode(text).length);
      return windows.map((window) => {
        const windowIds = this.tokenizer.encode(passage.slice(window.start, window.end));
        return { pair, window, ...this.tokenizer.assemble(queryIds, windowIds) };
      });
    });
  }
}

/** Keeps each pair's best window, and says when its last one is in. */
class BestWindows {
  readonly #waiting = new Map<number, number>();
  readonly #best = new Map<number, { logit: number; window: CharacterRange | undefined }>();

  constructor(rows: readonly Row[]) {
    for (const { pair } of rows) this.#waiting.set(pair, (this.#waiting.get(pair) ?? 0) + 1);
  }

  add(rows: readonly Row[], logits: ArrayLike<number>): BatchReport {
    const report: BatchReport = { indices: [], logits: [], windows: [] };
    for (const [position, { pair, window }] of rows.entries()) {
      const logit = logits[position] ?? Number.NaN;
      if (Number.isNaN(logit)) throw new RerankError('run-failed', `The model gave NaN for pair ${pair}.`);
      const before = this.#best.get(pair);
      const best = before && before.logit >= logit ? before : { logit, window };
      const waiting = (this.#waiting.get(pair) ?? 1) - 1;
      this.#waiting.set(pair, waiting);
      this.#best.set(pair, best);
      if (waiting > 0) continue;
      report.indices.push(pair);
      report.logits.push(best.logit);
      report.windows.push(best.window);
    }
    return report;
  }
}

/** Lets messages in between batches: a run on WASM never yields by itself. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
