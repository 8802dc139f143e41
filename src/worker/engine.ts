import { verifyLogits } from '../backend/self-check.js';
import { RerankError } from '../errors.js';
import type {
  BatchReport,
  OpenReport,
  OpenRequest,
  ScoreReport,
  ScoreRequest,
  SelfCheck,
} from '../protocol.js';
import { cutWindows, halveWindow } from '../ranking/windows.js';
import type { CharacterRange, Pair } from '../types.js';
import { planBatches } from './batches.js';
import { crossCheck, explainCrossCheck } from './cross-check.js';
import { KeptTokens } from './kept.js';
import { openPlainModel, type PairModel } from './pair-model.js';
import type { OrtRuntime } from './session.js';
import { StagedModel } from './staged-model.js';
import { PairTokenizer, type EncodedPair } from './tokenizer.js';

/** Of the memory for passages, the share that is for their tokens: they are that much smaller than states, and more. */
const TOKENS_SHARE = 1 / 16;

/** Milliseconds of tokenising after which messages are let in. */
const TOKENIZING_MS = 50;

/** A row of a batch and the pair that it belongs to; a passage cut into windows has several. */
interface Row extends EncodedPair {
  pair: number;
  window: CharacterRange | undefined;
}

/** What the engine itself needs of {@link OpenRequest}. */
type EngineRequest = Pick<OpenRequest, 'batchTokens' | 'maxLength' | 'check'>;

/** Text in, logits out: tokenise, pair, sort by length, batch, run. Knows nothing of workers. */
export class Engine {
  readonly #checkedCuts = new Set<number>();

  private constructor(
    private readonly tokenizer: PairTokenizer,
    private readonly model: PairModel,
    private readonly request: EngineRequest,
    private readonly tokens: KeptTokens,
  ) {}

  /**
   * Opens the model and runs the self-check, which is also the warm-up.
   * @throws RerankError `backend-failed`, `unsupported-model`, `self-check-failed`; `invalid-input` or `invalid-data` for
   *   a length that leaves no room for text
   */
  static async open(ort: OrtRuntime, request: OpenRequest): Promise<{ engine: Engine; report: OpenReport }> {
    // Where nobody has stored logits, the CPU computes what the GPU is held to.
    const compared = request.device === 'webgpu' && !request.check.logits;
    const check = compared ? await Engine.#checkOnCpu(ort, request) : request.check;
    const engine = await Engine.#openModel(ort, { ...request, check });
    const checkError = await engine.#verify(check);
    return {
      engine,
      report: { threads: Math.min(request.threads, ort.env.wasm.numThreads ?? Infinity), checkError },
    };
  }

  static async #openModel(ort: OrtRuntime, request: OpenRequest): Promise<Engine> {
    const tokenizer = new PairTokenizer(request, request.maxLength);
    checkRoom(tokenizer, request);
    const { stages } = request;
    const tokenBytes = stages ? Math.floor(request.keptBytes * TOKENS_SHARE) : 0;
    const model = stages
      ? await StagedModel.open(ort, { ...request, stages, keptBytes: request.keptBytes - tokenBytes })
      : await openPlainModel(ort, request);
    const { batchTokens, maxLength, check } = request; // the rest, weights among it, is not kept alive
    return new Engine(tokenizer, model, { batchTokens, maxLength, check }, new KeptTokens(tokenBytes));
  }

  /** The check with the logits of the CPU. Its session is released before the GPU's is opened, so that the memory is used again. */
  static async #checkOnCpu(ort: OrtRuntime, request: OpenRequest): Promise<SelfCheck> {
    try {
      // A row at a time has no padding to compute. Unoptimised, it opens sooner and shares no fused operators with the GPU.
      const onCpu = { ...request, device: 'wasm', optimize: false, batchTokens: 1 } as const;
      const engine = await Engine.#openModel(ort, onCpu);
      const check = await crossCheck(request, (cut) => engine.#checkScores(request.check, cut));
      await engine.model.release();
      return check;
    } catch (error) {
      throw explainCrossCheck(error);
    }
  }

  /**
   * Scores pairs, telling `onBatch` after each batch which pairs it completed: with their logits, or with the early
   * logits of a cut. A cut is self-checked when it is first asked for: its head is opened only then.
   * @param isCancelled - asked before each batch; true ends the call with an `AbortError`
   * @throws RerankError `self-check-failed`, `run-failed`
   */
  async score(
    request: Omit<ScoreRequest, 'id'>,
    onBatch: (report: BatchReport) => void,
    isCancelled: () => boolean = () => false,
  ): Promise<ScoreReport> {
    if (request.cut !== undefined) await this.#verifyCut(request.cut);
    return this.#score(request, onBatch, isCancelled);
  }

  async #score(
    request: Omit<ScoreRequest, 'id'>,
    onBatch: (report: BatchReport) => void,
    isCancelled: () => boolean,
  ): Promise<ScoreReport> {
    const started = performance.now();
    const rows = await this.#rows(request, isCancelled);
    const best = new BestWindows(rows, request.pairs);
    const report: ScoreReport = {
      rows: rows.length,
      tokens: 0,
      batches: 0,
      kept: 0,
      tokenizeMs: performance.now() - started,
      runMs: 0,
    };
    const lengths = rows.map((row) => row.ids.length);
    for (const batch of planBatches(lengths, this.request.batchTokens)) {
      await rest(isCancelled);
      const batchRows = batch.flatMap((row) => rows[row] ?? []);
      const logits = await this.model.score(batchRows, request.cut, report);
      report.batches++;
      report.tokens += batchRows.length * (batchRows[0]?.ids.length ?? 0);
      onBatch(best.add(batchRows, logits));
    }
    return report;
  }

  async #verifyCut(cut: number): Promise<void> {
    if (this.#checkedCuts.has(cut)) return;
    const early = this.request.check.early?.[cut];
    if (early) await this.#verify({ ...this.request.check, ...early }, cut);
    this.#checkedCuts.add(cut);
  }

  async #verify(check: SelfCheck, cut?: number): Promise<number | undefined> {
    return verifyLogits(check, await this.#checkScores(check, cut));
  }

  /** The check's logits are those of whole pairs, however short the caller wants his own. */
  async #checkScores(check: SelfCheck, cut?: number): Promise<Float32Array> {
    const { maxLength } = this.request;
    this.tokenizer.limitTo(check.maxLength ?? maxLength);
    const scores = new Float32Array(check.pairs.length).fill(Number.NaN);
    const report = ({ indices, logits }: BatchReport) =>
      indices.forEach((index, position) => (scores[index] = logits[position] ?? Number.NaN));
    await this.#score(
      { pairs: check.pairs, overflow: 'truncate', windowOverlap: 0, cut },
      report,
      () => false,
    );
    this.tokenizer.limitTo(maxLength);
    return scores;
  }

  /** Tokenising long documents takes a while too, so it is stopped like a batch. */
  async #rows(
    { pairs, overflow, windowOverlap }: Omit<ScoreRequest, 'id'>,
    isCancelled: () => boolean,
  ): Promise<Row[]> {
    const queries = new Map<string, number[]>(); // rank() sends one query with every passage
    // One more than fits, beside any query, shows that a text is too long.
    const most = this.tokenizer.passageRoom(0) + 1;
    const count = (text: string) => this.tokenizer.encode(text).length;
    const rows: Row[] = [];
    let rested = performance.now();
    for (const [pair, [query, passage]] of pairs.entries()) {
      if (performance.now() - rested > TOKENIZING_MS) {
        await rest(isCancelled);
        rested = performance.now();
      }
      let queryIds = queries.get(query);
      if (!queryIds) queries.set(query, (queryIds = this.tokenizer.encodeKept(query, most)));
      const room = this.tokenizer.passageRoom(queryIds.length);
      const passageIds = this.tokens.get(passage, () => this.tokenizer.encodeKept(passage, most));
      if (overflow === 'truncate' || passageIds.length <= room) {
        rows.push({ pair, window: undefined, ...this.tokenizer.assemble(queryIds, passageIds) });
        continue;
      }
      const cut = cutWindows(passage, room, windowOverlap, count);
      for (const window of cut.flatMap((wide) => halveWindow(passage, wide, room, count))) {
        const windowIds = this.tokenizer.encode(passage.slice(window.start, window.end));
        rows.push({ pair, window, ...this.tokenizer.assemble(queryIds, windowIds) });
      }
    }
    return rows;
  }
}

/** Only the tokenizer knows how many special tokens there are, so this length is checked where the tokenizer is. */
function checkRoom(
  { shortestPair }: PairTokenizer,
  { maxLength, maxLengthFrom }: Pick<OpenRequest, 'maxLength' | 'maxLengthFrom'>,
): void {
  if (maxLength >= shortestPair) return;
  throw new RerankError(
    maxLengthFrom === undefined ? 'invalid-input' : 'invalid-data',
    `${maxLengthFrom ?? 'maxLength'} is ${maxLength}, but a pair of this model has at least ${shortestPair} tokens: ` +
      `${shortestPair - 2} special ones, and one of each text.`,
  );
}

/** Keeps each pair's best window, and says when its last one is in. */
class BestWindows {
  readonly #waiting = new Map<number, number>();
  readonly #best = new Map<number, { logit: number; window: CharacterRange | undefined }>();

  constructor(
    rows: readonly Row[],
    private readonly pairs: readonly Pair[],
  ) {
    for (const { pair } of rows) this.#waiting.set(pair, (this.#waiting.get(pair) ?? 0) + 1);
  }

  add(rows: readonly Row[], logits: ArrayLike<number>): BatchReport {
    const report: BatchReport = { indices: [], logits: [], windows: [] };
    for (const [position, { pair, window }] of rows.entries()) {
      const logit = logits[position] ?? Number.NaN;
      if (Number.isNaN(logit)) {
        // Positions here are those of a chunk, and would mislead the caller.
        const passage = JSON.stringify(this.pairs[pair]?.[1].slice(0, 60));
        throw new RerankError('run-failed', `The model gave NaN for the passage that begins ${passage}.`);
      }
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

/** Lets messages in, and ends the call where one of them cancels it. */
async function rest(isCancelled: () => boolean): Promise<void> {
  await nextTask();
  if (isCancelled()) throw new DOMException('The operation was cancelled.', 'AbortError');
}

/** A run on WASM never yields by itself. */
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
