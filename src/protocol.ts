import type { ErrorData } from './errors.js';
import type { CharacterRange, Device, Dtype, Overflow, Pair } from './types.js';

/** A result or an error, as data: comlink loses an error's class, code and cause. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ErrorData };

/** The pairs that must come out as they were stored before a backend may serve. */
export interface SelfCheck {
  /** Pairs, some over 64 tokens (short ones miss faults of attention kernels). */
  pairs: Pair[];
  /** The reference's logits; absent where none are known, and then only their sanity is checked. */
  logits?: number[];
  /** Greatest allowed difference to `logits`. */
  tolerance?: number;
  /** Most tokens in a pair when `logits` were computed; default: the request's own. */
  maxLength?: number | undefined;
  /** What the early head of each cut gives for `pairs`: checked when a cut is first asked for. */
  early?: { logits: number[]; tolerance: number }[] | undefined;
}

/** A place where a graph may be cut. */
export interface StageCut {
  /** Layers below the cut. */
  layers: number;
  /** The tensor of hidden states there, float32 [batch, length, hidden]. */
  states: string;
  /** The tensor of early logits that the file computes from those states, [batch, 1]. */
  score: string;
  /** How far below the k-th best early logit a passage may lie and still go on, in logits. */
  margin: number;
}

/**
 * Where a graph may be cut into stages. Up to the last cut the layers keep query and passage apart, so that each can be
 * run by itself and a passage's states be kept for other queries.
 */
export interface Stages {
  /** Layers in all. */
  layers: number;
  /** Lowest first. */
  cuts: StageCut[];
}

/** What the runtime must know before it starts. */
export interface PrepareRequest {
  /** Threads of the WASM runtime. */
  threads: number;
  /** The runtime's `.wasm` file, where the bundler's own place is not used. */
  wasmUrl: string | undefined;
  /** Whether that file is kept in Cache Storage, for visits without a network. Default false. */
  keepRuntime?: boolean;
  /** Content of that file, where the page has read it; it is not fetched then. */
  wasmBinary?: Uint8Array | undefined;
}

/** A file beside the graph that holds weights of it (ONNX's external data). */
export interface ExternalFile {
  /** The file as the graph names it. */
  location: string;
  /** Its content. */
  bytes: Uint8Array;
}

/** Everything a worker needs to serve. `weights` and `externalData` are transferred or copied, never shared. */
export interface OpenRequest {
  /** Where to run. */
  device: Device;
  /** For messages. */
  dtype: Dtype;
  /** Threads of the runtime, as it was prepared. */
  threads: number;
  /** The ONNX graph. */
  weights: Uint8Array;
  /** Every file that the graph names beside itself; most graphs name none. */
  externalData?: readonly ExternalFile[] | undefined;
  /** Of several logits a pair, the one that ranks; undefined where the graph gives one. */
  label?: number | undefined;
  /** Whether the runtime is to optimise the graph; false for one that was written as it should run. */
  optimize: boolean;
  /** Text of tokenizer.json. */
  tokenizer: string;
  /** Text of tokenizer_config.json. */
  tokenizerConfig: string;
  /** Text of config.json, which says the class of a tokenizer that does not say it itself. */
  config: string;
  /** Most tokens in a pair. */
  maxLength: number;
  /** The file and the field that state `maxLength`, for messages; undefined: the caller. */
  maxLengthFrom: string | undefined;
  /** Token that fills a batch up. */
  padId: number;
  /** Tokens in a batch, padding included. */
  batchTokens: number;
  /** Where the graph is to be cut; undefined runs it whole. */
  stages: Stages | undefined;
  /** Bytes of passages' states that this worker may keep between requests; without stages there are none. */
  keptBytes: number;
  /** Checked before the answer. */
  check: SelfCheck;
}

/** A worker that serves. */
export interface OpenReport {
  /** Threads the runtime really uses. */
  threads: number;
  /** Greatest difference seen in the self-check, where reference logits were known. */
  checkError: number | undefined;
}

/** Pairs to score. */
export interface ScoreRequest {
  /** Names the request for `cancel`. */
  id: number;
  /** The pairs. */
  pairs: readonly Pair[];
  /** What to do with long passages. */
  overflow: Overflow;
  /** Share of a window that the next repeats. */
  windowOverlap: number;
  /** Position in {@link Stages.cuts} of the early logit that is wanted; undefined: the model's own logit. */
  cut?: number | undefined;
}

/** The pairs that a batch completed. */
export interface BatchReport {
  /** Positions in {@link ScoreRequest.pairs}. */
  indices: number[];
  /** Their logits, in the same order. */
  logits: number[];
  /** Their best windows; undefined for a passage that was not cut. */
  windows: (CharacterRange | undefined)[];
}

/** What a request cost; see {@link ScoreStats}. */
export interface ScoreReport {
  /** Rows through the model. */
  rows: number;
  /** Tokens through the model, padding included. */
  tokens: number;
  /** Batches. */
  batches: number;
  /** Rows whose passage's states were kept from before. */
  kept: number;
  /** Milliseconds. */
  tokenizeMs: number;
  /** Milliseconds. */
  runMs: number;
}

/** What a worker offers to the page. Methods never throw: failures are {@link Outcome}s. */
export interface WorkerApi {
  /** Fetches, compiles and starts the runtime: needs no model, so it goes on while the files come in. */
  prepare(request: PrepareRequest): Promise<Outcome<void>>;
  /** Opens the model on the prepared runtime and runs the self-check. */
  open(request: OpenRequest): Promise<Outcome<OpenReport>>;
  /** Scores pairs; `onBatch` is told after each batch, and has been told of all when this settles. */
  score(
    request: ScoreRequest,
    onBatch: (report: BatchReport) => void | Promise<void>,
  ): Promise<Outcome<ScoreReport>>;
  /** Stops a request after the batch that is running. */
  cancel(id: number): void | Promise<void>;
}

/** The first message of a worker, sent once its code has loaded: the page must not speak before. */
export const READY = 'browser-reranker:ready';

/** Sent by a worker that holds a Web Lock for as long as it lives: whoever gets the lock knows that it is gone. */
export interface LockMessage {
  /** Name of the lock. */
  livingLock: string;
}
